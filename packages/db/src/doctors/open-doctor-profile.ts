import type { Query } from '../database/sql.ts'
import type { Ctx } from '../kernel/context.ts'

/** The profile of whoever becomes a doctor, in the transaction that makes them one; the old one, for who is one again. */
export async function openDoctorProfile(
  sql: Query,
  ctx: Pick<Ctx, 'newId' | 'now'>,
  { membershipId, hospitalId, userId }: { membershipId: string; hospitalId: string; userId: string },
): Promise<void> {
  await sql({
    text: `insert into doctor_profile (id, membership_id, hospital_id, user_id, created_at) values ($1, $2, $3, $4, $5)
           on conflict (membership_id) do nothing`,
    values: [ctx.newId(), membershipId, hospitalId, userId, ctx.now()],
  })
}
