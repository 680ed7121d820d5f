import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { dischargePatient } from '../admissions/discharge-patient.ts'
import { assignCareTeam } from '../care-team/care-team.ts'
import { createWard } from '../hospitals/wards.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { registerPatient } from '../patients/register-patient.ts'
import { removePatient } from '../patients/remove-patient.ts'
import { type Actor, anonymous, type StaffRole, staffRoles, systemActor } from './actor.ts'
import { authorize, type Resource } from './authorize.ts'
import {
  type Action,
  actions,
  onlookerPermissions,
  patientPermissions,
  type Reach,
  staffPermissions,
} from './permissions.ts'

let hospital: TestHospital
let elsewhere: TestHospital
/** Every role, each on the team of the first ward and of one patient in the second. */
const actors = new Map<StaffRole, Actor>()
/** Name of the relationship -> resource, and how far one's reach must go to see it. */
const relationships: { name: string; resource: Resource; seenFrom: readonly Reach[] }[] = []
let actingFor: (relation: string) => Actor

beforeAll(async () => {
  hospital = await testHospital()
  elsewhere = await testHospital()
  const admin = hospital.as(hospital.admin)
  const { id: otherWard } = await createWard(admin, { name: 'Ward 2' })
  const inWard = await hospital.admit()
  const direct = await hospital.admit({ wardId: otherWard })
  const distant = await hospital.admit({ wardId: otherWard })
  const gone = await hospital.admit()
  await dischargePatient(admin, { patientId: gone.patientId })
  const removed = await registerPatient(admin, patient)
  await removePatient(admin, { patientId: removed.id })
  const foreign = await elsewhere.admit()
  for (const role of staffRoles) {
    const actor = role === 'gateway' ? hospital.gateway : await hospital.hire(role)
    actors.set(role, actor)
    for (const charge of [{ wardId: hospital.wardId }, { patientId: direct.patientId }]) {
      await assignCareTeam(admin, { membershipId: membershipOf(actor), charge })
    }
  }
  const near: readonly Reach[] = ['hospital', 'care-team']
  const far: readonly Reach[] = ['hospital']
  const seen = (name: string, resource: Resource, seenFrom: readonly Reach[]) =>
    relationships.push({ name, resource, seenFrom })
  seen('the hospital', { type: 'hospital' }, near)
  seen('a patient in a ward cared for', { type: 'patient', id: inWard.patientId }, near)
  seen('a patient cared for directly', { type: 'patient', id: direct.patientId }, near)
  seen('a patient of another team', { type: 'patient', id: distant.patientId }, far)
  seen('a patient discharged from a ward cared for', { type: 'patient', id: gone.patientId }, far)
  seen('a patient whose file was taken out', { type: 'patient', id: removed.id }, [])
  seen('a patient of another hospital', { type: 'patient', id: foreign.patientId }, [])
  seen('nobody', { type: 'patient', id: uuidv7() }, [])
  seen('a ward cared for', { type: 'ward', id: hospital.wardId }, near)
  seen('a ward of another team', { type: 'ward', id: otherWard }, far)
  seen('a ward of another hospital', { type: 'ward', id: elsewhere.wardId }, [])
  seen('no ward', { type: 'ward', id: uuidv7() }, [])
  actingFor = (relation) => ({
    kind: 'user',
    userId: uuidv7(),
    sessionId: 'session',
    capacity: { as: 'patient', patientId: inWard.patientId, relation },
    capacities: [],
  })
})

afterAll(async () => {
  await hospital[Symbol.asyncDispose]()
  await elsewhere[Symbol.asyncDispose]()
})

const patient = {
  givenName: 'Maria',
  familyName: 'Muster',
  birthDate: '1966-03-14',
  sex: 'female',
  confirmDistinct: true,
} as const

/** What came of asking: the reach, or the error as a caller sees it. */
async function ask(actor: Actor, action: Action, resource: Resource): Promise<unknown> {
  return authorize(hospital.as(actor), action, resource).then(
    ({ reach }) => reach,
    (error: { code: string; message: string; details: object }) => ({
      code: error.code,
      message: error.message,
      ...error.details,
    }),
  )
}

const forbidden = { code: 'forbidden', message: 'Your role does not allow this.' }
const absent = (kind: string) => ({ code: 'not_found', message: `No such ${kind}.`, resource: kind })

describe('who may do what to whom', () => {
  it.each(staffRoles)('%s: every action on every relationship', async (role) => {
    const actor = actors.get(role) ?? anonymous
    for (const action of actions) {
      const reach = staffPermissions[role][action]
      for (const { name, resource, seenFrom } of relationships) {
        const expected = reach === undefined ? forbidden : seenFrom.includes(reach) ? reach : absent(resource.type)
        expect({ action, name, answer: await ask(actor, action, resource) }).toEqual({ action, name, answer: expected })
      }
    }
  })

  it.each([
    ['the patient', 'self', patientPermissions],
    ['a parent', 'parent', patientPermissions],
    ['a guardian', 'guardian', patientPermissions],
    ['a spouse', 'spouse', onlookerPermissions],
    ['a child', 'child', onlookerPermissions],
    ['anybody else', 'other', onlookerPermissions],
  ])('%s: only the record one acts for, whatever the relationship of others', async (_, relation, permissions) => {
    const actor = actingFor(relation)
    for (const action of actions) {
      for (const { name, resource } of relationships) {
        const isOwn = resource.type === 'hospital' || name === 'a patient in a ward cared for'
        const expected = permissions[action] === undefined ? forbidden : isOwn ? 'self' : absent(resource.type)
        expect({ action, name, answer: await ask(actor, action, resource) }).toEqual({ action, name, answer: expected })
      }
    }
  })

  it('nobody without a session, a capacity, or a person behind it', async () => {
    const nameless: Actor = { kind: 'user', userId: uuidv7(), sessionId: 's', capacity: null, capacities: [] }
    const undecided: Actor = {
      ...nameless,
      capacities: [
        { as: 'patient', patientId: uuidv7(), relation: 'self' },
        { as: 'patient', patientId: uuidv7(), relation: 'child' },
      ],
    }
    for (const action of actions) {
      for (const { resource } of relationships) {
        expect(await ask(anonymous, action, resource)).toMatchObject({ code: 'unauthenticated' })
        expect(await ask(systemActor('alarms'), action, resource)).toEqual(forbidden)
        expect(await ask(nameless, action, resource)).toEqual(forbidden)
        expect(await ask(undecided, action, resource)).toMatchObject({ code: 'acting_as_required', field: 'actingAs' })
      }
    }
  })

  it('a viewer changes nothing', () => {
    const changes = actions.filter((action) => !/\.(read|list|read-own)$/.test(action))
    expect(changes.filter((action) => staffPermissions.viewer[action] !== undefined)).toEqual([])
  })
})
