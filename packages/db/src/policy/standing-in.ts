import type { patientRelations } from '../identity/identity.entity.ts'

export type PatientRelation = (typeof patientRelations)[number]

/** Who speaks for the patient. Others who may act for the patient look on: see `onlookerPermissions`. */
export const standingInRelations = ['self', 'parent', 'guardian'] as const satisfies readonly PatientRelation[]
const standingIn: ReadonlySet<string> = new Set(standingInRelations)

export function standsIn({ relation }: { relation: string }): boolean {
  return standingIn.has(relation)
}
