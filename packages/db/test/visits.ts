import { bookAppointment, type Actor, type BookInput, type Ctx, uuidv7 } from '../src/index.ts'
import { registerPatient } from '../src/patients/register-patient.ts'
import { membershipOf, type TestHospital } from './hospital.ts'
import { patientLogin } from './patient-login.ts'

/** Somebody with a file and a login of their own, and nobody on their team. */
export interface Visitor {
  patientId: string
  actor: Actor
  ctx: Ctx
}

export async function registered(hospital: TestHospital, familyName = 'Besuch'): Promise<string> {
  const { id } = await registerPatient(hospital.as(hospital.admin), {
    givenName: 'Vera',
    familyName,
    birthDate: '1970-01-01',
    sex: 'female',
    confirmDistinct: true,
  })
  return id
}

export async function visitor(hospital: TestHospital): Promise<Visitor> {
  const patientId = await registered(hospital)
  const { actor } = await patientLogin(hospital, { patientId, name: `Vera ${uuidv7()}` })
  return { patientId, actor, ctx: hospital.as(actor) }
}

/** An instant so many hours from the test's now. */
export function inHours({ clock }: TestHospital, hours: number): string {
  return new Date(clock.now.getTime() + hours * 3_600_000).toISOString()
}

/** Books as the hospital's administrator, for tomorrow unless said otherwise. */
export function booked(
  hospital: TestHospital,
  { doctor, startsAt = inHours(hospital, 24), ...rest }: Partial<BookInput> & { doctor: Actor; patientId: string },
): Promise<{ id: string; version: number }> {
  const membershipId = membershipOf(doctor)
  return bookAppointment(hospital.as(hospital.admin), { mode: 'in_person', ...rest, startsAt, membershipId })
}
