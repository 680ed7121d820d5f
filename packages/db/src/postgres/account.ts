import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { PostgresError } from './errors.ts'

/** The account of the operating system that PostgreSQL runs under when we are root (it refuses to run as root). */
export interface Account {
  uid: number
  gid: number
}

/** Tried in this order; the second is what macOS calls the first. */
const candidates = ['postgres', '_postgres', 'nobody']

/**
 * Whom to drop to: nobody at all unless we are root, the owner of the data when there is data, else `wanted`, else the
 * first of postgres and nobody that this machine has.
 */
export function chooseAccount(dataFolder: string | undefined, wanted: string | undefined): Account | undefined {
  const own = process.getuid?.()
  const owner = dataFolder === undefined ? undefined : statSync(dataFolder, { throwIfNoEntry: false })
  if (owner !== undefined) {
    const { uid, gid } = owner
    if (uid === 0) throw new PostgresError('not_permitted', `${dataFolder} belongs to root; PostgreSQL refuses that.`)
    if (own === 0) return { uid, gid }
    if (uid === own) return undefined
    throw new PostgresError(
      'not_permitted',
      `${dataFolder} belongs to another user (uid ${uid}); start Chartwire as that user or as root.`,
    )
  }
  if (own !== 0) return undefined
  const accounts = readAccounts(readFileSync('/etc/passwd', 'utf8'))
  for (const name of wanted === undefined ? candidates : [wanted]) {
    const account = accounts.get(name)
    if (account !== undefined && account.uid !== 0) return account
  }
  throw new PostgresError(
    'not_permitted',
    `PostgreSQL refuses to run as root and this machine has no user ${wanted ?? 'postgres or nobody'} to run it as.`,
  )
}

/** Asks the kernel rather than the mode bits, so that access control lists count too. */
export function canReach(account: Account | undefined, paths: string[]): boolean {
  const test = 'for path; do [ -r "$path" ] && [ -x "$path" ] || exit 1; done'
  return spawnSync('/bin/sh', ['-c', test, 'sh', ...paths], { ...account, cwd: '/' }).status === 0
}

function readAccounts(passwd: string): Map<string, Account> {
  const accounts = new Map<string, Account>()
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid] = line.split(':')
    // The id of macOS's nobody is written -2.
    if (name && uid && gid) accounts.set(name, { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 })
  }
  return accounts
}
