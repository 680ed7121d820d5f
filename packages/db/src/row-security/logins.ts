import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { Client, escapeIdentifier, escapeLiteral } from 'pg'
import type { KeyRing } from '../encryption/key-ring.ts'
import { DatabaseRightsError, explained, type Group, groups, hasCode } from './groups.ts'

/** Addresses of one database, as the member of each group. */
export type LoginUrls = Record<Group, string>

const kinds: readonly Group[] = ['app', 'system']
/** Any constant does, as long as it stays the same from release to release. */
const loginLock = 7_246_180_520
const longestName = 63

/** `chartwire_app_<database>`: a database has logins of its own, which nobody else's password opens. */
export function loginName(group: Group, database: string): string {
  const name = `${groups[group]}_${database}`
  if (Buffer.byteLength(name) <= longestName) return name
  return `${groups[group]}_${createHash('sha256').update(database).digest('hex').slice(0, 32)}`
}

/**
 * The addresses that requests and the system's everyday work log in by. Their passwords come from the key ring, so every
 * process of the installation knows them and nothing has to be kept; the owner makes the logins, or sets their password
 * when they do not open.
 *
 * @throws DatabaseRightsError when the owner may not make them
 */
export async function ensureLogins(url: string, keys: KeyRing): Promise<LoginUrls> {
  const database = decodeURIComponent(new URL(url).pathname.slice(1))
  const passwordOf = (group: Group) => keys.databasePassword(loginName(group, database))
  const urlOf = (group: Group) => {
    const login = new URL(url)
    login.username = encodeURIComponent(loginName(group, database))
    login.password = passwordOf(group)
    return login.href
  }
  const urls: LoginUrls = { app: urlOf('app'), system: urlOf('system') }
  const opened = await Promise.all(kinds.map((group) => opens(urls[group])))
  if (opened.every(Boolean)) return urls
  await withClient(url, async (owner) => {
    await owner.query('select pg_advisory_lock($1)', [loginLock])
    for (const group of kinds) {
      // Of several processes that start at once the first has made it by now.
      if (await opens(urls[group])) continue
      await makeLogin(owner, { group, database, password: passwordOf(group) })
      if (await opens(urls[group])) continue
      throw new DatabaseRightsError(
        `DATABASE_URL: the server does not let ${loginName(group, database)} in with a password; see its pg_hba.conf.`,
      )
    }
  })
  return urls
}

async function opens(url: string): Promise<boolean> {
  try {
    await withClient(url, async () => {})
    return true
  } catch (error) {
    // invalid_password, or invalid_authorization_specification: no such role.
    if (hasCode(error, '28P01', '28000')) return false
    throw error
  }
}

async function makeLogin(
  owner: Client,
  { group, database, password }: { group: Group; database: string; password: string },
): Promise<void> {
  const name = escapeIdentifier(loginName(group, database))
  const rights = `login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ${escapeLiteral(verifier(password))}`
  try {
    const { rowCount } = await owner.query('select from pg_roles where rolname = $1', [loginName(group, database)])
    await owner.query(`${rowCount === 0 ? 'create' : 'alter'} role ${name} ${rights}`)
    // A member has the group's rights and cannot become the group.
    await owner.query(`grant ${groups[group]} to ${name} with admin false, inherit true, set false`)
  } catch (error) {
    throw await explained(owner, error)
  }
}

/** What PostgreSQL keeps of a password (RFC 5803), made here, so that no statement and no server log ever has the password. */
function verifier(password: string): string {
  const iterations = 4096
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const key = (purpose: string) => createHmac('sha256', salted).update(purpose).digest()
  const stored = createHash('sha256').update(key('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${key('Server Key').toString('base64')}`
}

async function withClient(url: string, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  // The statement under way fails by itself; without a listener a lost connection would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    await use(client)
  } finally {
    await client.end()
  }
}
