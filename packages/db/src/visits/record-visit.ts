import { lockCase } from '../cases/lock-case.ts'
import { recordCaseEvent } from '../cases/record-case-event.ts'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { holdFileOpen } from '../patients/hold-file-open.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { lockClinician } from './clinicians.ts'
import { addInternalNote } from './internal-note.ts'
import { assertTimely } from './lock-visit.ts'
import { changedState, firstState, sealState, type VisitFields } from './visit-content.ts'
import { Visit, type VisitKind } from './visit.entity.ts'

export interface RecordVisitInput extends VisitFields {
  patientId: string
  kind: VisitKind
  chiefComplaint: string
  /** A case of the same patient. */
  caseId?: string | undefined
  /** The clinician, where it is not whoever writes: a doctor or nurse of the hospital. */
  membershipId?: string | undefined
}

/**
 * Writes a visit down; it began now unless said otherwise.
 *
 * @throws DomainError `invalid` naming what cannot be: a value that no patient has, a visit or a follow-up at the wrong time
 */
export async function recordVisit(ctx: Ctx, input: RecordVisitInput): Promise<{ id: string; version: number }> {
  const { patientId, kind, chiefComplaint, caseId, membershipId: named, ...fields } = input
  const access = await authorizeStaff(ctx, 'visit.write', { type: 'patient', id: patientId })
  const { hospitalId } = access
  const membershipId = named ?? access.membershipId
  const state = changedState(firstState({ kind, chiefComplaint, beganAt: ctx.now().toISOString() }), fields)
  return transact(ctx, async (tx) => {
    await holdFileOpen(tx.sql, { hospitalId, patientId })
    await assertTimely(tx.sql, { hospitalId, state, now: ctx.now() })
    await lockClinician(tx.sql, { hospitalId, membershipId })
    if (caseId !== undefined) await lockCase(tx.sql, { hospitalId, patientId, caseId })
    const id = ctx.newId()
    tx.em.create(Visit, {
      id,
      hospitalId,
      patientId,
      membershipId,
      caseId: caseId ?? null,
      ...sealState(ctx.db.keys, id, state),
      recordedBy: actorKey(ctx.actor),
      recordedAt: ctx.now(),
      version: 1,
    })
    // Before what points at it.
    await tx.em.flush()
    const visit = { hospitalId, patientId, visitId: id }
    if (fields.internalNote !== undefined && fields.internalNote !== null) {
      addInternalNote(tx, ctx, { ...visit, version: 1, note: fields.internalNote })
    }
    if (caseId !== undefined) recordCaseEvent(tx, ctx, { ...visit, caseId, kind: 'visit_assigned' })
    tx.audit({
      hospitalId,
      action: 'visit.record',
      resource: { type: 'visit', id },
      patientIds: [patientId],
      detail: { kind, membershipId, caseId: caseId ?? null },
    })
    return { id, version: 1 }
  })
}
