import { type Actor, assignCareTeam } from '../src/index.ts'
import { membershipOf, type TestHospital } from './hospital.ts'

/** A nurse hired for the care team of a ward; the first one when none is named. */
export async function memberOfWard(hospital: TestHospital, wardId = hospital.wardId): Promise<Actor> {
  const member = await hospital.hire('nurse')
  await assignCareTeam(hospital.as(hospital.admin), { membershipId: membershipOf(member), charge: { wardId } })
  return member
}
