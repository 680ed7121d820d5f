import { type Transaction, transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { authorizeStaffRow } from '../policy/authorize-row.ts'
import { lockCase } from './lock-case.ts'
import { recordCaseEvent } from './record-case-event.ts'

interface Filing {
  caseId: string
  visitId: string
}

/**
 * Puts a visit into a case of the same patient, out of the one it may be in. Done twice is done once. A case that has ended
 * takes visits in as well: paper comes late.
 *
 * @throws DomainError `not_found`, also for a case of another patient
 */
export async function assignVisit(ctx: Ctx, { caseId, visitId }: Filing): Promise<{ assigned: true }> {
  const visit = { table: 'visit', resource: 'visit', id: visitId } as const
  const { hospitalId, patientId } = await authorizeStaffRow(ctx, 'case.write', visit)
  return transact(ctx, async (tx) => {
    // The case first, as whoever withdraws it does: the two never wait for each other.
    await lockCase(tx.sql, { hospitalId, patientId, caseId })
    const former = await lockFiling(tx, { visitId, patientId })
    if (former === caseId) return { assigned: true as const }
    await tx.sql({ text: 'update visit set case_id = $2 where id = $1', values: [visitId, caseId] })
    const event = { hospitalId, patientId, visitId }
    if (former !== null) recordCaseEvent(tx, ctx, { ...event, caseId: former, kind: 'visit_removed' })
    recordCaseEvent(tx, ctx, { ...event, caseId, kind: 'visit_assigned' })
    tx.audit({
      hospitalId,
      action: 'case.assign-visit',
      resource: { type: 'case', id: caseId },
      patientIds: [patientId],
      detail: { visitId, from: former },
    })
    return { assigned: true as const }
  })
}

/** Takes a visit out of the case it is in. */
export async function removeVisit(ctx: Ctx, { caseId, visitId }: Filing): Promise<{ removed: true }> {
  const visit = { table: 'visit', resource: 'visit', id: visitId } as const
  const { hospitalId, patientId } = await authorizeStaffRow(ctx, 'case.write', visit)
  return transact(ctx, async (tx) => {
    const removed = await tx.sql({
      text: 'update visit set case_id = null where id = $1 and patient_id = $2 and case_id = $3 returning 1',
      values: [visitId, patientId, caseId],
    })
    if (removed.length === 0) throw notFound('visit')
    recordCaseEvent(tx, ctx, { hospitalId, patientId, caseId, kind: 'visit_removed', visitId })
    tx.audit({
      hospitalId,
      action: 'case.remove-visit',
      resource: { type: 'case', id: caseId },
      patientIds: [patientId],
      detail: { visitId },
    })
    return { removed: true as const }
  })
}

/** The case a visit is in, with the visit locked until commit. */
async function lockFiling(
  tx: Transaction,
  { visitId, patientId }: { visitId: string; patientId: string },
): Promise<string | null> {
  const [visit] = await tx.sql<{ caseId: string | null }>({
    text: `select case_id "caseId" from visit where id = $1 and patient_id = $2 and erroneous_at is null for update`,
    values: [visitId, patientId],
  })
  if (!visit) throw notFound('visit')
  return visit.caseId
}
