import { recordRead } from '../audit/record-read.ts'
import { type Page, pageOf } from '../database/page.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { type Access, authorize } from '../policy/authorize.ts'
import { authorizeRow } from '../policy/authorize-row.ts'
import { clinicianNames } from './clinicians.ts'
import { openVisit, selectVisits, type Visit, type VisitRow } from './visit.queries.ts'

export interface VisitPage {
  /** `next` of the page before. */
  after: string | null
  limit: number
}

/** One visit, also one that was entered in error. Internal notes are for clinicians. */
export async function getVisit(ctx: Ctx, { visitId }: { visitId: string }): Promise<Visit> {
  const visit = { table: 'visit', resource: 'visit', id: visitId } as const
  const { access, patientId } = await authorizeRow(ctx, 'visit.read', visit)
  const rows = await ctx.sql<VisitRow>({
    name: 'visit_one',
    text: `${selectVisits} where v.id = $1`,
    values: [visitId],
  })
  const [found] = await openVisits(ctx, access, rows)
  if (!found) throw notFound('visit')
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'visit.read',
    resource: { type: 'visit', id: visitId },
    patientIds: [patientId],
  })
  return found
}

/**
 * A patient's visits, newest first. Staff read what their own hospital wrote, the patient everything but internal notes.
 */
export async function listVisits(
  ctx: Ctx,
  { patientId, includeErroneous, ...page }: VisitPage & { patientId: string; includeErroneous: boolean },
): Promise<Page<Visit>> {
  const access = await authorize(ctx, 'visit.read', { type: 'patient', id: patientId })
  const visits = await pageOfVisits(ctx, access, { patientId, caseId: null, includeErroneous, ...page })
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'visit.list',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  return visits
}

/** One page of a patient's visits, or of those of one of the patient's cases, for whoever was given leave. */
export async function pageOfVisits(
  ctx: Ctx,
  access: Access,
  filter: VisitPage & { patientId: string; caseId: string | null; includeErroneous: boolean },
): Promise<Page<Visit>> {
  const { patientId, caseId, includeErroneous, after, limit } = filter
  const [at = null, id = null] = after?.split('/') ?? []
  const rows = await ctx.sql<VisitRow>({
    name: 'visits',
    text: `${selectVisits}
      where v.patient_id = $1 and ($2::uuid is null or v.hospital_id = $2) and ($3::uuid is null or v.case_id = $3)
        and ($4 or v.erroneous_at is null) and ($5::timestamptz is null or (v.began_at, v.id) < ($5, $6::uuid))
      order by v.began_at desc, v.id desc limit $7`,
    values: [patientId, access.hospitalId, caseId, includeErroneous, at, id, limit + 1],
  })
  const { items, next } = pageOf(rows, limit, (row) => `${row.beganAt}/${row.id}`)
  return { items: await openVisits(ctx, access, items), next }
}

async function openVisits(ctx: Ctx, access: Access, rows: readonly VisitRow[]): Promise<Visit[]> {
  const clinicians = await clinicianNames(
    ctx,
    access,
    rows.map(({ membershipId }) => membershipId),
  )
  const showsNote = access.reach !== 'self'
  return rows.map((row) => openVisit(ctx.db.keys, row, { clinicians, showsNote }))
}
