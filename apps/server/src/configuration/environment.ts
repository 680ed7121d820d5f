import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

export const projectRoot = join(import.meta.dirname, '../../../..')

/** The process environment over the project's `.env`, when there is one. */
export function readEnvironment(root: string = projectRoot): Record<string, string | undefined> {
  const file = join(root, '.env')
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env }
}
