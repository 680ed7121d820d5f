import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KeyRing } from '@chartwire/db'
import { type Settings, SettingsError } from './settings.ts'

/** The key ring: as configured, else one generated for this data folder and kept in a file only its owner can read. */
export function loadKeys(settings: Settings, dataDir: string): KeyRing {
  return loadKeyText(settings, dataDir).keys
}

/** The ring together with the text it was read from. */
export function loadKeyText(settings: Settings, dataDir: string): { text: string; keys: KeyRing } {
  const { CHARTWIRE_KEYS: given } = settings
  if (given !== undefined) return { text: given, keys: parse(given, 'CHARTWIRE_KEYS') }
  const { CHARTWIRE_KEYS_FILE: named } = settings
  if (named !== undefined) {
    const text = readRing(named)
    return { text, keys: parse(text, 'CHARTWIRE_KEYS_FILE') }
  }
  const file = join(dataDir, 'keys')
  if (!existsSync(file)) generate(file, dataDir)
  const text = readFileSync(file, 'utf8').trim()
  return { text, keys: parse(text, file) }
}

function readRing(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new SettingsError(`CHARTWIRE_KEYS_FILE: cannot be read (${code}).`)
  }
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
