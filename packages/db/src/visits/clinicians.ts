import type { Query } from '../database/sql.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import type { Access } from '../policy/authorize.ts'

/** Who leads a visit or owns a case. */
export interface Clinician {
  membershipId: string
  name: string | null
}

/**
 * Names of clinicians of the record that is being read. For a patient as the system: staff are beyond a patient's scope,
 * and who treated them is theirs to know.
 */
export async function clinicianNames(
  ctx: Ctx,
  access: Access,
  membershipIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (membershipIds.length === 0) return new Map()
  const sql = access.reach === 'self' ? ctx.db.sql : ctx.sql
  const rows = await sql<{ id: string; name: string }>({
    name: 'clinician_names',
    text: 'select m.id, u.name from membership m join app_user u on u.id = m.user_id where m.id = any($1)',
    values: [[...new Set(membershipIds)]],
  })
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Holds a doctor or nurse of the hospital in place until commit. @throws DomainError `not_found` for who is none now */
export async function lockClinician(
  sql: Query,
  { hospitalId, membershipId }: { hospitalId: string; membershipId: string },
): Promise<void> {
  const members = await sql({
    text: `select 1 from membership where id = $1 and hospital_id = $2 and ended_at is null and role in ('doctor', 'nurse')
              for share`,
    values: [membershipId, hospitalId],
  })
  if (members.length === 0) throw notFound('membership')
}
