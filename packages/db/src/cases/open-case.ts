import type { Query } from '../database/sql.ts'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import type { Given } from '../kernel/given.ts'
import { holdFileOpen } from '../patients/hold-file-open.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { lockClinician } from '../visits/clinicians.ts'
import { CareCase, type CaseKind } from './care-case.entity.ts'
import { type CaseFields, sealCaseText } from './case-content.ts'
import { recordCaseEvent } from './record-case-event.ts'

export type OpenCaseInput = Given<CaseFields> & { patientId: string; title: string; kind: CaseKind }

/** Opens an episode of care, under the hospital's next number of the year; owned by whoever opens it unless said otherwise. */
export async function openCase(
  ctx: Ctx,
  input: OpenCaseInput,
): Promise<{ id: string; number: string; version: number }> {
  const { patientId, title, kind, summary = null, severity = null, priority = 3 } = input
  const access = await authorizeStaff(ctx, 'case.write', { type: 'patient', id: patientId })
  const { hospitalId } = access
  const { ownerId = access.membershipId } = input
  return transact(ctx, async (tx) => {
    await holdFileOpen(tx.sql, { hospitalId, patientId })
    await lockClinician(tx.sql, { hospitalId, membershipId: ownerId })
    const id = ctx.newId()
    const now = ctx.now()
    const number = await nextNumber(tx.sql, { hospitalId, at: now })
    tx.em.create(CareCase, {
      id,
      hospitalId,
      patientId,
      number,
      ownerId,
      titleCipher: sealCaseText(ctx.db.keys, id, 'title', title),
      summaryCipher: summary === null ? null : sealCaseText(ctx.db.keys, id, 'summary', summary),
      kind,
      status: 'active',
      severity,
      priority,
      openedAt: now,
      openedBy: actorKey(ctx.actor),
      version: 1,
    })
    await tx.em.flush()
    recordCaseEvent(tx, ctx, { hospitalId, patientId, caseId: id, kind: 'opened', toStatus: 'active' })
    tx.audit({
      hospitalId,
      action: 'case.open',
      resource: { type: 'case', id },
      patientIds: [patientId],
      detail: { number, kind, ownerId },
    })
    return { id, number, version: 1 }
  })
}

/** One counter a hospital and year of its own clock, held until commit: no number is given twice, and none is left out. */
async function nextNumber(sql: Query, { hospitalId, at }: { hospitalId: string; at: Date }): Promise<string> {
  const [counted] = await sql<{ year: number; last: number }>({
    text: `insert into care_case_counter (hospital_id, year, last)
           select h.id, extract(year from $2::timestamptz at time zone h.time_zone)::int, 1 from hospital h where h.id = $1
               on conflict (hospital_id, year) do update set last = care_case_counter.last + 1
        returning year, last`,
    values: [hospitalId, at],
  })
  if (!counted) throw new Error('The hospital is gone.')
  return `CASE-${counted.year}-${String(counted.last).padStart(4, '0')}`
}
