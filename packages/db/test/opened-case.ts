import { openCase } from '../src/index.ts'
import type { TestHospital } from './hospital.ts'

/** What a case needs at least. */
export const kneeCase = { title: 'Knieschmerz', kind: 'acute' } as const

/** A case of somebody admitted just now, opened by the ward's doctor. */
export async function openedCase(hospital: TestHospital): Promise<{ patientId: string; caseId: string }> {
  const { patientId } = await hospital.admit()
  const { id: caseId } = await openCase(hospital.as(hospital.doctor), { ...kneeCase, patientId })
  return { patientId, caseId }
}
