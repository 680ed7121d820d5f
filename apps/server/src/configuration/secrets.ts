import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KeyRing } from '@chartwire/db'
import { type Settings, SettingsError } from './settings.ts'

/** The key ring: as configured, else one generated for this data folder and kept in a file only its owner can read. */
export function loadKeys(settings: Settings, dataDir: string): KeyRing {
  if (settings.CHARTWIRE_KEYS !== undefined) {
    try {
      return KeyRing.parse(settings.CHARTWIRE_KEYS)
    } catch (error) {
      throw new SettingsError(`CHARTWIRE_KEYS: ${error instanceof Error ? error.message : 'not a key ring'}.`)
    }
  }
  const file = join(dataDir, 'keys')
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(`${file}.new`, `${KeyRing.generate()}\n`, { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
  return KeyRing.parse(readFileSync(file, 'utf8').trim())
}
