import type { Ctx } from '../kernel/context.ts'
import { forbidden } from '../kernel/errors.ts'
import type { patientRelations } from '../identity/identity.entity.ts'

export type PatientRelation = (typeof patientRelations)[number]

/** Who speaks for the patient: changes how the patient is reached, and says who else may look on. */
export const standingInRelations = ['self', 'parent', 'guardian'] as const satisfies readonly PatientRelation[]
const standingIn: ReadonlySet<string> = new Set(standingInRelations)

/** For somebody who acts as a patient: others than the patient, a parent or a guardian only look on. */
export function assertStandsInForPatient({ actor }: Ctx): void {
  const capacity = actor.kind === 'user' ? actor.capacity : null
  if (capacity?.as !== 'patient' || !standingIn.has(capacity.relation)) throw forbidden()
}
