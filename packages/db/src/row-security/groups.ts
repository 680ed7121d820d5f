import { type Client, DatabaseError } from 'pg'

/**
 * Policies and grants are written for two roles that own nothing and cannot log in; logins are members of one of them.
 * `app` sees the rows of its scope, `system` every row, and neither may change a table's form or an audit entry.
 */
export const groups = { app: 'chartwire_app', system: 'chartwire_system' } as const
export type Group = keyof typeof groups

/** The database's owner lacks a right that the operator must give. The message says which, as SQL. */
export class DatabaseRightsError extends Error {
  override readonly name = 'DatabaseRightsError'
}

/** Makes the groups unless the server has them: they belong to all its databases, so others may be at it too. */
export async function ensureGroups(owner: Client): Promise<void> {
  const { rows } = await owner.query<{ name: string }>('select rolname as name from pg_roles where rolname = any($1)', [
    Object.values(groups),
  ])
  for (const group of Object.values(groups)) {
    if (rows.some(({ name }) => name === group)) continue
    try {
      await owner.query(`create role ${group} nologin nosuperuser nocreatedb nocreaterole nobypassrls`)
    } catch (error) {
      if (!hasCode(error, '42710', '23505')) throw await explained(owner, error)
    }
  }
}

/** duplicate_object, unique_violation, insufficient_privilege, ... */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof DatabaseError && error.code !== undefined && codes.includes(error.code)
}

/** What the operator can do about a right that is missing. */
export async function explained(owner: Client, error: unknown): Promise<unknown> {
  if (!hasCode(error, '42501')) return error
  const { rows } = await owner.query<{ me: string }>('select quote_ident(current_user) me')
  const me = rows[0]?.me ?? 'the owner'
  const { app, system } = groups
  return new DatabaseRightsError(
    `DATABASE_URL: ${me} may not make the logins that requests run as. As a superuser run once: ` +
      `ALTER ROLE ${me} CREATEROLE; and, where the roles exist already: GRANT ${app}, ${system} TO ${me} WITH ADMIN OPTION;`,
  )
}
