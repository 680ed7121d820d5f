import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaffRow } from '../policy/authorize-row.ts'
import type { CaseEventKind, CaseOutcome } from './care-case.entity.ts'
import { assertLeads, type CaseStatus, type CaseStep, isEnded } from './case-status.ts'
import { lockVersion } from './lock-case.ts'
import { recordCaseEvent } from './record-case-event.ts'

interface NamedCase {
  caseId: string
  /** The version that was read; another one in the meantime is `stale_version`. */
  version: number
}

export interface CaseMoved {
  status: CaseStatus
  version: number
}

/**
 * Another status than before, without an outcome: treated on, put on hold, referred, closed.
 *
 * @throws DomainError `case_status_refused`, `stale_version`
 */
export async function setCaseStatus(
  ctx: Ctx,
  { status, ...input }: NamedCase & { status: Exclude<CaseStatus, 'resolved'> },
): Promise<CaseMoved> {
  return moveCase(ctx, input, { step: 'change', to: status })
}

/** Ends a case with how it came out and, if the patient was asked, how satisfied they are. @throws as `setCaseStatus` */
export async function resolveCase(
  ctx: Ctx,
  {
    outcome,
    satisfaction = null,
    ...input
  }: NamedCase & { outcome: CaseOutcome; satisfaction?: number | null | undefined },
): Promise<CaseMoved> {
  return moveCase(ctx, input, { step: 'resolve', to: 'resolved', outcome, satisfaction })
}

/** Goes on with a case that had ended; its outcome stays on the timeline. @throws as `setCaseStatus` */
export async function reopenCase(ctx: Ctx, input: NamedCase): Promise<CaseMoved> {
  return moveCase(ctx, input, { step: 'reopen', to: 'active' })
}

interface Move {
  step: CaseStep
  to: CaseStatus
  outcome?: CaseOutcome
  satisfaction?: number | null
}

const events: Readonly<Record<CaseStep, CaseEventKind>> = {
  change: 'status_changed',
  resolve: 'resolved',
  reopen: 'reopened',
}

async function moveCase(
  ctx: Ctx,
  { caseId, version }: NamedCase,
  { step, to, outcome, satisfaction = null }: Move,
): Promise<CaseMoved> {
  const found = await authorizeStaffRow(ctx, 'case.write', { table: 'care_case', resource: 'case', id: caseId })
  const { hospitalId, patientId } = found
  return transact(ctx, async (tx) => {
    const stored = await lockVersion(tx.sql, { caseId, patientId, version })
    assertLeads(step, stored.status, to)
    // One that was resolved and is now closed keeps how it came out.
    const kept = isEnded(to) ? stored : { outcome: null, satisfaction: null, endedAt: null }
    const result = outcome === undefined ? kept : { ...kept, outcome, satisfaction }
    await tx.sql({
      text: `update care_case set status = $2, outcome = $3, satisfaction = $4, ended_at = $5, changed_by = $6,
                    changed_at = $7, version = version + 1 where id = $1`,
      values: [
        caseId,
        to,
        result.outcome,
        result.satisfaction,
        isEnded(to) ? (result.endedAt ?? ctx.now()) : null,
        actorKey(ctx.actor),
        ctx.now(),
      ],
    })
    const moved = { fromStatus: stored.status, toStatus: to }
    recordCaseEvent(tx, ctx, {
      hospitalId,
      patientId,
      caseId,
      kind: events[step],
      ...moved,
      outcome: outcome ?? null,
      satisfaction,
    })
    tx.audit({
      hospitalId,
      action: `case.${step === 'change' ? 'set-status' : step}`,
      resource: { type: 'case', id: caseId },
      patientIds: [patientId],
      detail: { from: stored.status, to },
    })
    return { status: to, version: version + 1 }
  })
}
