import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Account, canReach } from './account.ts'
import { isSystemError, PostgresError } from './errors.ts'

/** Where root keeps a cluster whose data folder is closed to the account that runs PostgreSQL. */
const fallbacks = ['/var/lib/chartwire', '/var/tmp/chartwire']

/** The folder that already holds the cluster of this data folder, if it has one. */
export function knownPlace(dataDir: string): string | undefined {
  if (existsSync(join(dataDir, 'cluster'))) return dataDir
  try {
    return readFileSync(join(dataDir, 'location'), 'utf8').trim()
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}

/**
 * The folder for a new cluster: the data folder itself or, when `account` cannot reach it (a clone under /root, which
 * is closed to everybody else), a folder of root's own, which the file `location` in the data folder then names.
 */
export function choosePlace(dataDir: string, account: Account | undefined, log: (line: string) => void): string {
  makeFolder(dataDir)
  if (canReach(account, [dataDir])) return dataDir
  for (const folder of fallbacks) {
    const place = join(folder, createHash('sha256').update(dataDir).digest('hex').slice(0, 16))
    if (!belongsToRoot(folder)) continue
    makeFolder(place)
    if (!canReach(account, [place])) continue
    writeFileSync(join(dataDir, 'location'), `${place}\n`)
    log(`${dataDir} is closed to the user that runs PostgreSQL: the database lives in ${place}`)
    return place
  }
  throw new PostgresError(
    'not_permitted',
    `The user that runs PostgreSQL can reach neither ${dataDir} nor ${fallbacks.join(' nor ')}.`,
  )
}

/** Makes a folder, and missing parents, open to be passed through whatever the umask says; secrets inside are 0600. */
function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true })
  if (first === undefined) return
  for (let path = folder; path.length >= first.length; path = dirname(path)) chmodSync(path, 0o755)
}

/** A folder with a known name in a place like /var/tmp may have been laid there by somebody else. */
function belongsToRoot(folder: string): boolean {
  makeFolder(folder)
  const { uid, mode } = statSync(folder)
  return uid === 0 && (mode & 0o022) === 0
}
