import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a newcomer needs to look around; kept beside the data, readable by its owner alone. */
export interface DemoAccess {
  hospital: string
  logins: { role: string; email: string; password: string }[]
  /** How many are admitted. */
  patients: number
  /** Bearer token that may feed readings. */
  gatewayToken: string
}

export const demoHospital = 'Riverside Demo Hospital'
export const demoFile = 'demo.json'

/** The demo's name, or the one that a second attempt took. */
export function isDemoHospital(name: string): boolean {
  return name === demoHospital || /^Riverside Demo Hospital \d{4}$/.test(name)
}

/** The demo of this data folder, if one was made. */
export function readDemo(dataDir: string): DemoAccess | undefined {
  const file = join(dataDir, demoFile)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoAccess) : undefined
}

/** Renamed into place: what is there is complete. */
export function writeDemo(dataDir: string, access: DemoAccess): void {
  const file = join(dataDir, demoFile)
  writeFileSync(`${file}.new`, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
