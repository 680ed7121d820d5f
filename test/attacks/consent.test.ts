import { acceptInvitation, anonymous, uuidv7 } from '@chartwire/db'
import { membershipOf, testPassword } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymised, codeOf } from '../world/answer.ts'
import { firstOverSse } from '../world/http.ts'
import { type Role, startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'
import { admitted, denial, hiddenFrom } from './directing.ts'
import { Person } from './person.ts'
import { Watch } from './watch.ts'
import { inviteStaff } from '@chartwire/db/testing/invite'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

const membershipIdOf = (role: Exclude<Role, 'nobody'>) => {
  const actor = world.actors.get(role)
  return actor ? membershipOf(actor) : ''
}

describe('against a directive of the patient, one cannot', () => {
  it('read, change or give away the record: it answers as if there were none, and the attempt is on record', async () => {
    const { patientId } = await hiddenFrom(attacker, membershipIdOf('nurse'))
    const inputs: [string, object?][] = [
      ['patients.get'],
      ['patients.history'],
      ['patients.hospitals'],
      ['patients.update', { version: 1, givenName: 'Eve' }],
      ['patients.inviteLogin', { email: 'eve@example.org', relation: 'other' }],
      ['admissions.ofPatient'],
      ['careTeam.list'],
      ['clinicalLists.list'],
      ['clinicalLists.add', { kind: 'condition', name: 'Asthma' }],
      ['consent.list'],
      ['patientAccess.list'],
      ['devices.ofPatient'],
      ['alarms.emergency'],
      ['thresholds.list'],
      ['vitals.latest'],
      ['vitals.summary'],
      ['vitals.history'],
    ]
    for (const [path, more] of inputs) {
      const known = await attacker.as('nurse', path, { patientId, ...more })
      const unknown = await attacker.as('nurse', path, { patientId: uuidv7(), ...more })
      expect({ path, ...anonymised(known) }).toEqual({ path, ...anonymised(unknown) })
      expect(codeOf(known)).toBe('not_found')
    }
    expect(await attacker.fateAs('doctor', 'patients.get', { patientId })).toBe('ok')
    await world.server.hospital.db.refusals.settled()
    expect((await attacker.auditOf(patientId)).map(({ action }) => action)).toContain('access.refused')
  })

  it('come upon the patient in a list, a search, a board, a warning of likely duplicates or a stream', async () => {
    const { patientId, familyName, mrn } = await hiddenFrom(attacker, membershipIdOf('nurse'))
    const { wardId } = world.server.hospital
    const birth = { birthDate: '1966-03-14' }
    const calls: [string, unknown][] = [
      ['patients.list', { limit: 200 }],
      ['patients.list', { wardId, limit: 200 }],
      ['patients.search', { name: familyName }],
      ['patients.search', { mrn }],
      ['patients.search', birth],
      ['patients.register', { givenName: 'Maria', familyName, sex: 'female', ...birth }],
      ['admissions.current', {}],
      ['alarms.list', {}],
      ['vitals.ward', { wardId }],
    ]
    for (const [path, input] of calls) {
      const answer = JSON.stringify(await attacker.as('nurse', path, input))
      expect({ path, told: answer.includes(patientId) }).toEqual({ path, told: false })
    }
    const caller = { url: attacker.url, token: await world.tokenOf('nurse') }
    const ward = await firstOverSse(caller, { path: 'vitals.watchWard', input: { wardId } })
    expect(codeOf(ward)).toBe('ok')
    expect(JSON.stringify(ward)).not.toContain(patientId)
    expect(codeOf(await firstOverSse(caller, { path: 'vitals.watchPatient', input: { patientId } }))).toBe('not_found')
    expect(JSON.stringify(await attacker.as('doctor', 'patients.search', { mrn }))).toContain(patientId)
  })

  it('get at it by calling it something else, or by words that are no purpose', async () => {
    const { patientId, mrn } = await hiddenFrom(attacker, membershipIdOf('nurse'))
    const get = (purpose: string) => attacker.as('nurse', 'patients.get', { patientId }, { 'x-purpose': purpose })
    for (const purpose of ['treatment', 'care-coordination', 'quality', 'export', 'research', 'ai-assistance']) {
      expect({ purpose, fate: codeOf(await get(purpose)) }).toEqual({ purpose, fate: 'not_found' })
      const found = await attacker.as('nurse', 'patients.search', { mrn }, { 'x-purpose': purpose })
      expect(dataOf(found)['items']).toEqual([])
    }
    const made = ['own', 'administration', 'billing', 'emergency', '', 'TREATMENT', 'treatment, research', 'own,own']
    for (const purpose of [...made, '__proto__', `' or true --`, 'treatment\ttreatment']) {
      expect({ purpose, fate: codeOf(await get(purpose)) }).toEqual({ purpose, fate: 'invalid' })
    }
    const caller = { url: attacker.url, token: await world.tokenOf('nurse'), headers: { 'x-purpose': 'own' } }
    const { wardId } = world.server.hospital
    expect(codeOf(await firstOverSse(caller, { path: 'vitals.watchWard', input: { wardId } }))).toBe('invalid')
  })

  it('get at it in another capacity of the same login', async () => {
    const { hospital } = world.server
    const person = await Person.join(attacker)
    const { token: invitation } = await inviteStaff(hospital.as(world.elsewhere.admin), {
      email: person.email,
      role: 'hospital_admin',
    })
    await acceptInvitation(hospital.as(anonymous), { token: invitation, name: 'Nan', password: testPassword })
    const { patientId } = await hiddenFrom(attacker, person.membershipId)
    const { token } = dataOf(await attacker.call('identity.signIn', { email: person.email, password: testPassword }))
    const { capacities } = dataOf(await person.call('identity.me', undefined, String(token)))
    for (const { id } of capacities as { id: string }[]) {
      const attempt = { token: String(token), headers: { 'x-acting-as': id } }
      expect(await attacker.fate('patients.get', { patientId }, attempt)).toBe('not_found')
    }
    expect(await attacker.fate('patients.get', { patientId }, { token: String(token) })).toBe('acting_as_required')
  })

  it('go on watching by a stream that was opened before it', async () => {
    const { hospital } = world.server
    const { patientId, token } = await admitted(attacker)
    const caller = { url: attacker.url, token: await world.tokenOf('nurse') }
    await using patient = await Watch.open(caller, 'vitals.watchPatient', { patientId })
    await using ward = await Watch.open(caller, 'vitals.watchWard', { wardId: hospital.wardId })
    expect(JSON.stringify(ward.messages)).toContain(patientId)
    const seen = ward.messages.length
    expect(await attacker.fate('consent.give', denial(patientId, membershipIdOf('nurse')), { token })).toBe('ok')
    await patient.sees(() => patient.end !== undefined)
    expect(patient.end).toBe('not_found')
    await ward.sees(() => ward.messages.length > seen)
    const before = ward.messages.length
    const readings = [{ patientId, at: Date.now(), heartRate: 71 }]
    expect(dataOf(await attacker.as('gateway', 'vitals.record', { readings }))).toMatchObject({ stored: 1 })
    const other = await hospital.admit()
    await attacker.as('gateway', 'vitals.record', {
      readings: [{ patientId: other.patientId, at: Date.now(), heartRate: 72 }],
    })
    await ward.sees(() => JSON.stringify(ward.messages.slice(before)).includes(other.patientId))
    expect(JSON.stringify(ward.messages.slice(before))).not.toContain(patientId)
  })
})
