import type { Query } from '../database/sql.ts'

/**
 * Whether the password that was found right is the login's still. Asked after what it opened is written: a change of the
 * password under way is waited for, one that comes later finds what was opened and ends it, so none leaves it behind.
 */
export async function passwordStands(
  sql: Query,
  { userId, passwordHash }: { userId: string; passwordHash: string },
): Promise<boolean> {
  const standing = await sql({
    name: 'password_stands',
    text: 'select 1 from app_user where id = $1 and password_hash = $2 and disabled_at is null for share',
    values: [userId, passwordHash],
  })
  return standing.length === 1
}
