import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type Account, canReach } from './account.ts'
import { isSystemError, PostgresError } from './errors.ts'

/** Where root keeps a cluster whose data folder is closed to the account that runs PostgreSQL. */
const fallbacks = ['/var/lib/chartwire', '/var/tmp/chartwire']

/** The folder that was chosen for the cluster of this data folder before, if one was. */
export function knownPlace(dataDir: string): string | undefined {
  if (existsSync(join(dataDir, 'cluster'))) return dataDir
  const file = join(dataDir, 'location')
  if (!existsSync(file)) return undefined
  const place = readFileSync(file, 'utf8').trim()
  if (existsSync(place)) return place
  // Making a new, empty database here would look as if every record had been lost.
  throw new PostgresError('start_failed', `The database of ${dataDir} lived in ${place} (says ${file}) and is gone.`)
}

/**
 * The folder for a new cluster: the data folder itself or, when `account` cannot reach it (a clone under /root, which
 * is closed to everybody else), a folder of root's own, which the file `location` in the data folder then names.
 */
export function choosePlace(dataDir: string, account: Account | undefined, log: (line: string) => void): string {
  makeFolder(dataDir)
  if (canReach(account, [dataDir])) return dataDir
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  for (const folder of fallbacks) {
    if (!belongsToRoot(folder)) continue
    const earlier = readdirSync(folder).filter((entry) => entry.startsWith(`${name}-`))
    const place = join(folder, `${name}-${randomBytes(4).toString('hex')}`)
    makeFolder(place)
    if (!canReach(account, [place])) {
      rmdirSync(place)
      continue
    }
    const recorded = record(dataDir, place)
    if (recorded !== place) {
      rmdirSync(place)
      return recorded
    }
    log(`${dataDir} is closed to the user that runs PostgreSQL: the database lives in ${place}`)
    for (const entry of earlier) {
      // Not ours to delete, nor to bring back.
      log(`${join(folder, entry)} is left from an earlier ${dataDir}; delete it if it is not needed`)
    }
    return place
  }
  throw new PostgresError(
    'not_permitted',
    `The user that runs PostgreSQL can reach neither ${dataDir} nor ${fallbacks.join(' nor ')}.`,
  )
}

/** Writes the place down, whole or not at all; of two processes that do so at once both get the place of the first. */
function record(dataDir: string, place: string): string {
  const file = join(dataDir, 'location')
  const own = `${file}.${process.pid}`
  writeFileSync(own, `${place}\n`)
  try {
    linkSync(own, file)
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error
  } finally {
    rmSync(own)
  }
  return readFileSync(file, 'utf8').trim()
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
