import type { Query } from '../database/sql.ts'
import { DomainError } from '../kernel/errors.ts'

/** Locks a hospital's administrators in one order, so that two of them cannot take each other out in the same moment. */
export async function lockAdministrators(sql: Query, hospitalId: string): Promise<void> {
  await sql({
    text: `select id from membership where hospital_id = $1 and role = 'hospital_admin' and ended_at is null
            order by id for update`,
    values: [hospitalId],
  })
}

/**
 * A hospital keeps an administrator who can sign in. Call it after the change, in its transaction: it waits for whoever is
 * shutting that administrator out, so two changes cannot both pass.
 *
 * @throws DomainError `conflict`
 */
export async function assertAdministratorLeft(sql: Query, hospitalId: string, field: string): Promise<void> {
  const left = await sql({
    text: `select 1 from membership m join app_user u on u.id = m.user_id
            where m.hospital_id = $1 and m.role = 'hospital_admin' and m.ended_at is null and u.disabled_at is null
            limit 1 for share`,
    values: [hospitalId],
  })
  if (left.length === 0) throw new DomainError('conflict', 'A hospital keeps at least one administrator.', { field })
}
