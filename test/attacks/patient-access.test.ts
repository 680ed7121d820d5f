import { uuidv7 } from '@chartwire/db'
import { membershipOf, testPassword } from '@chartwire/db/testing/hospital'
import { type PatientLogin, patientLogin } from '@chartwire/db/testing/patient-login'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymised, codeOf } from '../world/answer.ts'
import { startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'
import { Watch } from './watch.ts'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

interface Family {
  patientId: string
  self: PatientLogin
  guardian: PatientLogin
  spouse: PatientLogin
}

/** A patient with a login, a guardian, and a spouse who only looks on. */
async function family(): Promise<Family> {
  const { hospital } = world.server
  const { patientId } = await hospital.admit()
  return {
    patientId,
    self: await patientLogin(hospital, { patientId }),
    guardian: await patientLogin(hospital, { patientId, relation: 'guardian' }),
    spouse: await patientLogin(hospital, { patientId, relation: 'spouse' }),
  }
}

const tokenOf = (login: PatientLogin) => attacker.tokenOfActor(login.actor)
const call = async (login: PatientLogin, path: string, input?: object) =>
  attacker.call(path, input, { token: await tokenOf(login) })
const fate = async (login: PatientLogin, path: string, input?: object) => codeOf(await call(login, path, input))
const standing = (patientId: string) =>
  attacker.count('patient_access', 'patient_id = $1 and revoked_at is null', [patientId])

describe('of who may act for a patient, one cannot', () => {
  it('change, end or give up what another was granted: it answers as if it were not there', async () => {
    const [victim, eve] = [await family(), await family()]
    const stranger = uuidv7()
    for (const patientId of [victim.patientId, eve.patientId]) {
      for (const [path, more] of [
        ['patientAccess.revoke', {}],
        ['patientAccess.changeRelation', { relation: 'other' }],
      ] as const) {
        const known = await call(eve.self, path, { patientId, accessId: victim.guardian.accessId, ...more })
        const unknown = await call(eve.self, path, { patientId, accessId: stranger, ...more })
        expect(codeOf(known)).toBe('not_found')
        expect(anonymised(known)).toEqual(anonymised(unknown))
      }
    }
    const left = await call(eve.self, 'patientAccess.leave', { accessId: victim.guardian.accessId })
    expect(anonymised(left)).toEqual(anonymised(await call(eve.self, 'patientAccess.leave', { accessId: stranger })))
    expect(await fate(eve.self, 'patientAccess.list', { patientId: victim.patientId })).toBe('not_found')
    expect(await standing(victim.patientId)).toBe(3)
  })

  it('as another hospital’s staff, or without leave, say who is close to a patient', async () => {
    const { patientId, spouse } = await family()
    const named = { patientId, accessId: spouse.accessId }
    const token = await attacker.tokenOfActor(world.elsewhere.admin)
    expect(await attacker.fate('patientAccess.revoke', { ...named, evenLastSelf: true }, { token })).toBe('not_found')
    expect(await attacker.fate('patientAccess.changeRelation', { ...named, relation: 'self' }, { token })).toBe(
      'not_found',
    )
    for (const role of ['viewer', 'pharmacist', 'lab_technician', 'gateway', 'platform'] as const) {
      expect(await attacker.fateAs(role, 'patientAccess.revoke', named)).toBe('forbidden')
      expect(await attacker.fateAs(role, 'patientAccess.list', { patientId })).toBe('forbidden')
    }
    expect(await attacker.fate('patientAccess.revoke', named)).toBe('unauthenticated')
    expect(await standing(patientId)).toBe(3)
  })

  it('claim to be the patient, or shut the patient out', async () => {
    const { patientId, self, guardian, spouse } = await family()
    for (const [login, path, more] of [
      [guardian, 'patientAccess.changeRelation', { accessId: guardian.accessId, relation: 'self' }],
      [guardian, 'patientAccess.changeRelation', { accessId: self.accessId, relation: 'other' }],
      [guardian, 'patientAccess.revoke', { accessId: self.accessId }],
      [guardian, 'patientAccess.revoke', { accessId: self.accessId, evenLastSelf: true }],
      [guardian, 'patients.inviteLogin', { email: 'eve@example.org', relation: 'self' }],
      [spouse, 'patientAccess.changeRelation', { accessId: spouse.accessId, relation: 'guardian' }],
      [spouse, 'patientAccess.revoke', { accessId: guardian.accessId }],
      [spouse, 'patients.inviteLogin', { email: 'eve@example.org', relation: 'guardian' }],
      [spouse, 'patients.update', { version: 1, familyName: 'Eve' }],
    ] as const) {
      expect({ path, more, fate: await fate(login, path, { patientId, ...more }) }).toEqual({
        path,
        more,
        fate: 'forbidden',
      })
    }
    // By mistake neither.
    const last = { patientId, accessId: self.accessId, evenLastSelf: true }
    expect(await fate(self, 'patientAccess.revoke', last)).toBe('last_self_access')
    expect(await standing(patientId)).toBe(3)
    expect((await attacker.auditOf(self.accessId)).map(({ action }) => action)).toEqual([])
  })

  it('let somebody into the record while only looking on: by a booking, a directive or an offer', async () => {
    const { hospital } = world.server
    const { patientId, self, spouse } = await family()
    const membershipId = membershipOf(await hospital.hire('doctor'))
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
    const booking = { patientId, membershipId, startsAt: tomorrow, mode: 'video' }
    const directive = { patientId, effect: 'permit', purposes: ['treatment'], recipient: { kind: 'everybody' } }
    const places = () =>
      attacker.count('care_team_member', 'patient_id = $1 and membership_id = $2', [patientId, membershipId])
    expect(await fate(spouse, 'appointments.book', booking)).toBe('forbidden')
    expect(await fate(spouse, 'consent.give', directive)).toBe('forbidden')
    expect(await fate(spouse, 'registrations.offer', undefined)).toBe('forbidden')
    expect(await places()).toBe(0)
    expect(await fate(self, 'appointments.book', booking)).toBe('ok')
    expect(await places()).toBe(1)
  })

  it('go on acting for a patient once it is revoked: by session, stream, name of the patient, or an invitation of one’s own', async () => {
    const { patientId, self, guardian } = await family()
    const token = await tokenOf(guardian)
    await using watch = await Watch.open({ url: attacker.url, token }, 'vitals.watchPatient', { patientId })
    expect(watch.messages.length).toBeGreaterThan(0)
    const invited = dataOf(
      await call(guardian, 'patients.inviteLogin', { patientId, email: `${uuidv7()}@example.org`, relation: 'other' }),
    )
    expect(await fate(self, 'patientAccess.revoke', { patientId, accessId: guardian.accessId })).toBe('ok')
    await watch.sees(() => watch.end !== undefined)
    for (const headers of [{}, { 'x-acting-as': patientId }]) {
      for (const path of [
        'patients.get',
        'vitals.latest',
        'patients.exportRecord',
        'patientAccess.list',
        'consent.list',
      ]) {
        const answer = await attacker.call(path, { patientId }, { token, headers })
        expect({ path, isIn: answer.error === undefined }).toEqual({ path, isIn: false })
        expect(['forbidden', 'not_found', 'unauthenticated']).toContain(codeOf(answer))
      }
    }
    expect((await attacker.call('patientAccess.mine', undefined, { token })).data ?? []).toEqual([])
    expect(await attacker.auditOf(guardian.accessId)).toEqual([
      { action: 'patient-access.revoke', actor: `user:${self.userId}` },
    ])
    const accepted = { token: invited['token'], name: 'Gus again', password: testPassword }
    expect(await attacker.fate('identity.acceptInvitation', accepted)).toBe('invitation_invalid')
    expect(await standing(patientId)).toBe(2)
  })
})
