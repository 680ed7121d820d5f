import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { recordCaseEvent } from './record-case-event.ts'

/**
 * After files that were one are two again: a visit that went back with one of them while its case stayed with the other,
 * or the other way round, is taken out of the case. The database would not let it be otherwise.
 */
export async function separateVisits(
  tx: Transaction,
  ctx: Ctx,
  { hospitalId, patientIds }: { hospitalId: string; patientIds: readonly string[] },
): Promise<void> {
  const visits = await tx.sql<{ visitId: string; caseId: string; patientId: string }>({
    text: `with stray as (
             select v.id, c.id case_id, c.patient_id from visit v join care_case c on c.id = v.case_id
              where v.patient_id = any($1) and c.patient_id <> v.patient_id)
           update visit v set case_id = null from stray s where v.id = s.id
        returning v.id "visitId", s.case_id "caseId", s.patient_id "patientId"`,
    values: [patientIds],
  })
  for (const visit of visits) recordCaseEvent(tx, ctx, { ...visit, hospitalId, kind: 'visit_removed' })
}
