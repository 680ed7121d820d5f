import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { given, type Given } from '../kernel/given.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaffRow } from '../policy/authorize-row.ts'
import { lockClinician } from '../visits/clinicians.ts'
import { type CaseFields, openCaseText, sealCaseText } from './case-content.ts'
import type { CaseFacts } from './care-case.queries.ts'
import { lockVersion } from './lock-case.ts'
import { recordCaseEvent } from './record-case-event.ts'

export type UpdateCaseInput = Given<CaseFields> & {
  caseId: string
  /** The version that was read; another one in the meantime is `stale_version`. */
  version: number
}

/**
 * Changes what is given of a case and nothing else; what it said before stays on its timeline. Its status has verbs of
 * its own.
 *
 * @throws DomainError `stale_version`
 */
export async function updateCase(ctx: Ctx, input: UpdateCaseInput): Promise<{ version: number }> {
  const { caseId, version, ...asked } = input
  const found = await authorizeStaffRow(ctx, 'case.write', { table: 'care_case', resource: 'case', id: caseId })
  const { hospitalId, patientId } = found
  const fields = given(asked)
  return transact(ctx, async (tx) => {
    const stored = await lockVersion(tx.sql, { caseId, patientId, version })
    const before = fieldsOf(ctx, stored)
    const after: CaseFields = { ...before, ...fields }
    if (after.ownerId !== before.ownerId) await lockClinician(tx.sql, { hospitalId, membershipId: after.ownerId })
    await tx.sql({
      text: `update care_case set title_cipher = $2, summary_cipher = $3, kind = $4, severity = $5, priority = $6,
                    owner_id = $7, changed_by = $8, changed_at = $9, version = version + 1 where id = $1`,
      values: [
        caseId,
        sealCaseText(ctx.db.keys, caseId, 'title', after.title),
        after.summary === null ? null : sealCaseText(ctx.db.keys, caseId, 'summary', after.summary),
        after.kind,
        after.severity,
        after.priority,
        after.ownerId,
        actorKey(ctx.actor),
        ctx.now(),
      ],
    })
    const names = Object.keys(fields) as (keyof CaseFields)[]
    const former = Object.fromEntries(names.map((name) => [name, before[name]])) as Partial<CaseFields>
    recordCaseEvent(tx, ctx, { hospitalId, patientId, caseId, kind: 'changed', former })
    tx.audit({
      hospitalId,
      action: 'case.update',
      resource: { type: 'case', id: caseId },
      patientIds: [patientId],
      changed: names,
    })
    return { version: version + 1 }
  })
}

function fieldsOf(
  ctx: Ctx,
  { id, titleCipher, summaryCipher, kind, severity, priority, ownerId }: CaseFacts,
): CaseFields {
  const { keys } = ctx.db
  return {
    title: openCaseText(keys, id, 'title', titleCipher),
    summary: summaryCipher === null ? null : openCaseText(keys, id, 'summary', summaryCipher),
    kind,
    severity,
    priority,
    ownerId,
  }
}
