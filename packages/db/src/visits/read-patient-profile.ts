import { recordRead } from '../audit/record-read.ts'
import { pageOfCases } from '../cases/read-cases.ts'
import type { CareCase } from '../cases/care-case.queries.ts'
import { endedStatuses, openStatuses } from '../cases/case-status.ts'
import type { Entry } from '../clinical-lists/entry-content.ts'
import { listEntries } from '../clinical-lists/list-entries.ts'
import type { Page } from '../database/page.ts'
import type { Ctx } from '../kernel/context.ts'
import { getHistory, getPatient, type MedicalHistory, type PatientDetails } from '../patients/get-patient.ts'
import { authorize } from '../policy/authorize.ts'
import { pageOfVisits } from './read-visits.ts'
import type { Visit } from './visit.queries.ts'

/** As much of each as a profile holds; what is beyond has lists of its own. */
export const profileLimits = { visits: 100, entries: 500, activeCases: 100, formerCases: 100 } as const

/** All that is on file of a patient, in one piece. */
export interface PatientProfile {
  patientId: string
  readAt: string
  file: PatientDetails
  /** Medical history and prior care, in clear, with what merged files said. */
  history: MedicalHistory
  /** Allergies, conditions and medications in the order they were recorded, without what was entered in error. */
  entries: Entry[]
  /** Newest first, as all that follow. */
  activeCases: CareCase[]
  /** Resolved, referred, closed. */
  formerCases: CareCase[]
  visits: Page<Visit>
}

/**
 * A patient's file with history, lists, cases and visits, newest first: at most `profileLimits` of each. Visits go on with
 * `after`. For those who may read visits, all of whom may read the rest; the patient is shown no internal note.
 */
export async function readPatientProfile(
  ctx: Ctx,
  {
    patientId,
    after = null,
    limit = profileLimits.visits,
  }: { patientId: string; after?: string | null | undefined; limit?: number | undefined },
): Promise<PatientProfile> {
  const access = await authorize(ctx, 'visit.read', { type: 'patient', id: patientId })
  // One after the other: each asks for leave anew, and break-glass is remembered by request.
  const file = await getPatient(ctx, { patientId })
  const history = await getHistory(ctx, { patientId })
  const lists = { patientId, kind: null, includeErroneous: false, after: null, limit: profileLimits.entries }
  const { items: entries } = await listEntries(ctx, lists)
  await authorize(ctx, 'case.read', { type: 'patient', id: patientId })
  const cases = { patientId, includeErroneous: false, after: null }
  const active = { ...cases, statuses: openStatuses, limit: profileLimits.activeCases }
  const former = { ...cases, statuses: endedStatuses, limit: profileLimits.formerCases }
  const { items: activeCases } = await pageOfCases(ctx, access, active)
  const { items: formerCases } = await pageOfCases(ctx, access, former)
  const visits = await pageOfVisits(ctx, access, { patientId, caseId: null, includeErroneous: false, after, limit })
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'patient.profile',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  return {
    patientId,
    readAt: ctx.now().toISOString(),
    file,
    history,
    entries,
    activeCases,
    formerCases,
    visits,
  }
}
