import { recordRead } from '../audit/record-read.ts'
import { type Page, pageOf } from '../database/page.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorizeRow } from '../policy/authorize-row.ts'
import { openState, type StoredState } from '../visits/visit-content.ts'
import type { VisitKind } from '../visits/visit.entity.ts'
import type { CaseEventKind, CaseOutcome } from './care-case.entity.ts'
import { type CaseFields, openFormer } from './case-content.ts'
import type { CaseStatus } from './case-status.ts'

/** What happened, or a visit that is in the case now, at the time it began. */
export interface TimelineItem {
  id: string
  at: string
  kind: CaseEventKind | 'visit'
  by: string
  fromStatus: CaseStatus | null
  toStatus: CaseStatus | null
  outcome: CaseOutcome | null
  satisfaction: number | null
  visitId: string | null
  /** Of a visit. */
  visit: { kind: VisitKind; chiefComplaint: string } | null
  /** Of a change: what the case said before. */
  former: Partial<CaseFields> | null
}

interface TimelineRow extends Omit<TimelineItem, 'visit' | 'former'> {
  formerCipher: Buffer | null
  visitKind: VisitKind | null
  contentCipher: Buffer | null
}

/** A case from its beginning: opened, visits, changes, how it ended. In the order in which it happened. */
export async function readCaseTimeline(
  ctx: Ctx,
  { caseId, after, limit }: { caseId: string; after: string | null; limit: number },
): Promise<Page<TimelineItem>> {
  const named = { table: 'care_case', resource: 'case', id: caseId } as const
  const { access, patientId } = await authorizeRow(ctx, 'case.read', named)
  const [at = null, id = null] = after?.split('/') ?? []
  const rows = await ctx.sql<TimelineRow>({
    name: 'case_timeline',
    text: `select * from (
             select e.id, e.at, e.kind, e.by, e.from_status "fromStatus", e.to_status "toStatus", e.outcome, e.satisfaction,
                    e.visit_id "visitId", e.former_cipher "formerCipher", null "visitKind", null::bytea "contentCipher"
               from care_case_event e where e.case_id = $1
             union all
             select v.id, v.began_at, 'visit', v.recorded_by, null, null, null, null, v.id, null, v.kind, v.content_cipher
               from visit v where v.case_id = $1 and v.erroneous_at is null) t
            where $2::timestamptz is null or (t.at, t.id) > ($2, $3::uuid)
            order by t.at, t.id limit $4`,
    values: [caseId, at, id, limit + 1],
  })
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'case.timeline',
    resource: { type: 'case', id: caseId },
    patientIds: [patientId],
  })
  const { items, next } = pageOf(rows, limit, (row) => `${row.at}/${row.id}`)
  return { items: items.map((row) => openItem(ctx, row)), next }
}

function openItem(
  { db: { keys } }: Ctx,
  { formerCipher, visitKind, contentCipher, ...row }: TimelineRow,
): TimelineItem {
  return {
    ...row,
    visit: visitKind === null || contentCipher === null ? null : visitOf(row, { visitKind, contentCipher }),
    former: formerCipher === null ? null : openFormer(keys, row.id, formerCipher),
  }

  function visitOf(
    { id, at }: { id: string; at: string },
    { visitKind: kind, contentCipher: cipher }: { visitKind: VisitKind; contentCipher: Buffer },
  ) {
    const stored: StoredState = { id, kind, beganAt: at, followUpOn: null, followUpAt: null, contentCipher: cipher }
    return { kind, chiefComplaint: openState(keys, stored).chiefComplaint }
  }
}
