import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { actorKey } from '../policy/actor.ts'
import { CareCaseEvent, type CaseEventKind, type CaseOutcome } from './care-case.entity.ts'
import { type CaseFields, sealFormer } from './case-content.ts'
import type { CaseStatus } from './case-status.ts'

export interface NewCaseEvent {
  hospitalId: string
  patientId: string
  caseId: string
  kind: CaseEventKind
  fromStatus?: CaseStatus
  toStatus?: CaseStatus
  outcome?: CaseOutcome | null
  satisfaction?: number | null
  visitId?: string
  /** What the case said before, of what was changed. */
  former?: Partial<CaseFields>
}

/** Puts on a case's timeline what happens to it in this transaction. */
export function recordCaseEvent(tx: Transaction, ctx: Ctx, event: NewCaseEvent): void {
  const { hospitalId, patientId, caseId, kind, former } = event
  const { fromStatus = null, toStatus = null, outcome = null, satisfaction = null, visitId = null } = event
  const id = ctx.newId()
  tx.em.create(CareCaseEvent, {
    id,
    hospitalId,
    patientId,
    caseId,
    at: ctx.now(),
    by: actorKey(ctx.actor),
    kind,
    fromStatus,
    toStatus,
    outcome,
    satisfaction,
    visitId,
    formerCipher: former === undefined ? null : sealFormer(ctx.db.keys, id, former),
  })
}
