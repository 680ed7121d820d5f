import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KeyRing } from '@chartwire/db'
import { type Settings, SettingsError } from './settings.ts'

/** The key ring: as configured, else one generated for this data folder and kept in a file only its owner can read. */
export function loadKeys(settings: Settings, dataDir: string): KeyRing {
  if (settings.CHARTWIRE_KEYS !== undefined) return parse(settings.CHARTWIRE_KEYS, 'CHARTWIRE_KEYS')
  const file = join(dataDir, 'keys')
  if (!existsSync(file)) generate(file, dataDir)
  return parse(readFileSync(file, 'utf8').trim(), file)
}

function parse(text: string, source: string): KeyRing {
  try {
    return KeyRing.parse(text)
  } catch (error) {
    throw new SettingsError(`${source}: ${error instanceof Error ? error.message : 'not a key ring'}.`)
  }
}

/** Linked into place, so that of two processes that start at once both go on with the ring of the first. */
function generate(file: string, dataDir: string): void {
  const own = `${file}.${process.pid}`
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(own, `${KeyRing.generate()}\n`, { mode: 0o600 })
  try {
    linkSync(own, file)
  } catch (error) {
    if (!existsSync(file)) throw error
  } finally {
    rmSync(own)
  }
}
