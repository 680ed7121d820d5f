import type { Query } from '../database/sql.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import { normaliseEmail } from './email.ts'

/** The login that an operator means by an id or an e-mail address; null when there is none. */
export async function findUser(sql: Query, keys: KeyRing, user: string): Promise<string | null> {
  const isId = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(user)
  const [found] = await sql<{ id: string }>({
    text: `select id from app_user where ${isId ? 'id' : 'email_index'} = $1`,
    values: [isId ? user : keys.blindIndex('email', normaliseEmail(user))],
  })
  return found?.id ?? null
}
