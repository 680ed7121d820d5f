import type { Query } from '../database/sql.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import { normaliseEmail } from './email.ts'

/** The person an operator means by an id or an e-mail address. */
export async function findPerson(
  sql: Query,
  keys: KeyRing,
  user: string,
): Promise<{ id: string; name: string; isDisabled: boolean } | null> {
  const isId = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(user)
  const [found] = await sql<{ id: string; name: string; isDisabled: boolean }>({
    text: `select id, name, disabled_at is not null "isDisabled" from app_user
            where ${isId ? 'id' : 'email_index'} = $1 and kind = 'person'`,
    values: [isId ? user : keys.blindIndex('email', normaliseEmail(user))],
  })
  return found ?? null
}
