import type { Ctx } from '../kernel/context.ts'
import { forbidden, notFound } from '../kernel/errors.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaffRow } from '../policy/authorize-row.ts'

/**
 * Leave to change a visit: its own clinician's, whoever wrote it down, and any doctor's of the team.
 *
 * @throws DomainError `not_found`, `forbidden` for a nurse whose visit it is not
 */
export async function authorizeChange(ctx: Ctx, visitId: string): Promise<{ hospitalId: string; patientId: string }> {
  const visit = { table: 'visit', resource: 'visit', id: visitId } as const
  const { access, hospitalId, patientId } = await authorizeStaffRow(ctx, 'visit.write', visit)
  const [own] = await ctx.sql<{ isOwn: boolean }>({
    text: 'select membership_id = $2 or recorded_by = $3 "isOwn" from visit where id = $1',
    values: [visitId, access.membershipId, actorKey(ctx.actor)],
  })
  if (!own) throw notFound('visit')
  if (!own.isOwn && access.viewer.role !== 'doctor') throw forbidden()
  return { hospitalId, patientId }
}
