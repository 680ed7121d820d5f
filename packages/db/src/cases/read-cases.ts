import { recordRead } from '../audit/record-read.ts'
import { permitted } from '../consent/permitted.ts'
import { type Page, pageOf } from '../database/page.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { caredFor } from '../patients/patient.queries.ts'
import { type Access, authorize, authorizeStaff } from '../policy/authorize.ts'
import { authorizeRow } from '../policy/authorize-row.ts'
import { clinicianNames } from '../visits/clinicians.ts'
import { pageOfVisits, type VisitPage } from '../visits/read-visits.ts'
import type { Visit } from '../visits/visit.queries.ts'
import { type CareCase, caseReadColumns, type CaseRow, openCareCase, selectCases } from './care-case.queries.ts'
import { caseStatuses, type CaseStatus, openStatuses } from './case-status.ts'

/** Visits that come with a case; the others are paged. */
const visitsWithCase = 50

/** One case with its newest visits, also one that was opened in error. */
export async function getCase(ctx: Ctx, { caseId }: { caseId: string }): Promise<CareCase & { visits: Page<Visit> }> {
  const named = { table: 'care_case', resource: 'case', id: caseId } as const
  const { access, patientId } = await authorizeRow(ctx, 'case.read', named)
  const rows = await ctx.sql<CaseRow>({ name: 'case_one', text: `${selectCases} where c.id = $1`, values: [caseId] })
  const [found] = await openCases(ctx, access, rows)
  if (!found) throw notFound('case')
  const page = { after: null, limit: visitsWithCase }
  const visits = await pageOfVisits(ctx, access, { patientId, caseId, includeErroneous: false, ...page })
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'case.read',
    resource: { type: 'case', id: caseId },
    patientIds: [patientId],
  })
  return { ...found, visits }
}

/** The visits of a case, newest first. */
export async function listCaseVisits(
  ctx: Ctx,
  { caseId, ...page }: VisitPage & { caseId: string },
): Promise<Page<Visit>> {
  const named = { table: 'care_case', resource: 'case', id: caseId } as const
  const { access, patientId } = await authorizeRow(ctx, 'case.read', named)
  const visits = await pageOfVisits(ctx, access, { patientId, caseId, includeErroneous: false, ...page })
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'case.visits',
    resource: { type: 'case', id: caseId },
    patientIds: [patientId],
  })
  return visits
}

export interface CaseFilter {
  patientId: string
  status: CaseStatus | 'open' | 'all'
  /** Also what was opened in error. */
  includeErroneous: boolean
  after: string | null
  limit: number
}

/** A patient's cases, newest first. Staff read what their own hospital wrote, the patient everything. */
export async function listCases(ctx: Ctx, filter: CaseFilter): Promise<Page<CareCase>> {
  const { patientId, status } = filter
  const access = await authorize(ctx, 'case.read', { type: 'patient', id: patientId })
  const cases = await pageOfCases(ctx, access, { ...filter, statuses: statusesOf(status) })
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'case.list',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  return cases
}

/** One page of a patient's cases, for whoever was given leave. */
export async function pageOfCases(
  ctx: Ctx,
  access: Access,
  filter: Omit<CaseFilter, 'status'> & { statuses: readonly CaseStatus[] },
): Promise<Page<CareCase>> {
  const { patientId, statuses, includeErroneous, after, limit } = filter
  const rows = await ctx.sql<CaseRow>({
    name: 'cases_of_patient',
    text: `${selectCases}
      where c.patient_id = $1 and ($2::uuid is null or c.hospital_id = $2) and c.status = any($3)
        and ($4 or c.erroneous_at is null) and ($5::uuid is null or c.id < $5)
      order by c.id desc limit $6`,
    values: [patientId, access.hospitalId, statuses, includeErroneous, after, limit + 1],
  })
  const { items, next } = pageOf(rows, limit, ({ id }) => id)
  return { items: await openCases(ctx, access, items), next }
}

/** A case with whose it is. */
export interface CaseOfPatient extends CareCase {
  mrn: string
  givenName: string
  familyName: string
}

/** The cases that are open and one's own to lead, of patients one cares for and who let one see them; newest first. */
export async function listActiveCases(
  ctx: Ctx,
  { after, limit }: { after: string | null; limit: number },
): Promise<Page<CaseOfPatient>> {
  const access = await authorizeStaff(ctx, 'case.read', { type: 'hospital' })
  const { hospitalId, membershipId } = access
  const values: unknown[] = [hospitalId, membershipId, openStatuses, after, limit + 1]
  const shown = permitted((value) => `$${values.push(value)}`, 'c.patient_id', access.viewer)
  const rows = await ctx.sql<CaseRow & { mrn: string; givenName: string; familyName: string }>({
    text: `select ${caseReadColumns}, r.mrn, p.given_name "givenName", p.family_name "familyName"
             from care_case c join hospital h on h.id = c.hospital_id
             join registration r on r.patient_id = c.patient_id and r.hospital_id = c.hospital_id and r.removed_at is null
             join patient p on p.id = c.patient_id
            where c.hospital_id = $1 and c.owner_id = $2 and c.status = any($3) and c.erroneous_at is null
              and ($4::uuid is null or c.id < $4)
              ${access.reach === 'care-team' ? `and c.patient_id in (${caredFor('$2')})` : ''} and ${shown}
            order by c.id desc limit $5`,
    values,
  })
  const { items, next } = pageOf(rows, limit, ({ id }) => id)
  await recordRead(ctx, {
    hospitalId,
    action: 'case.active',
    resource: { type: 'case-list', id: null },
    patientIds: [...new Set(items.map(({ patientId }) => patientId))],
  })
  const owners = await clinicianNames(ctx, access, [membershipId])
  return {
    items: items.map(({ mrn, givenName, familyName, ...row }) => {
      return { ...openCareCase(ctx.db.keys, row, owners), mrn, givenName, familyName }
    }),
    next,
  }
}

function statusesOf(status: CaseFilter['status']): readonly CaseStatus[] {
  if (status === 'all') return caseStatuses
  return status === 'open' ? openStatuses : [status]
}

async function openCases(ctx: Ctx, access: Access, rows: readonly CaseRow[]): Promise<CareCase[]> {
  const owners = await clinicianNames(
    ctx,
    access,
    rows.map(({ ownerId }) => ownerId),
  )
  return rows.map((row) => openCareCase(ctx.db.keys, row, owners))
}
