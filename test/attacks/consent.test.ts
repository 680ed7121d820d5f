import { acceptInvitation, anonymous, inviteStaff, uuidv7 } from '@chartwire/db'
import { membershipOf, testPassword } from '@chartwire/db/testing/hospital'
import { type PatientLogin, patientLogin } from '@chartwire/db/testing/patient-login'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymised, codeOf } from '../world/answer.ts'
import { firstOverSse } from '../world/http.ts'
import { hospitalOf } from '../world/people.ts'
import { type Role, startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'
import { Person } from './person.ts'
import { Watch } from './watch.ts'

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
let families = 0

/** A patient in the ward, with a login of their own. */
async function admitted(): Promise<{ patientId: string; mrn: string; familyName: string; self: PatientLogin }> {
  const { hospital } = world.server
  const familyName = `Verborgen${(families += 1)}`
  const { patientId, mrn } = await hospital.admit({ familyName })
  return { patientId, mrn, familyName, self: await patientLogin(hospital, { patientId }) }
}

const denial = (patientId: string, membershipId: string) => ({
  patientId,
  effect: 'deny',
  purposes: ['treatment'],
  recipient: { kind: 'membership', membershipId },
})

/** One who has directed that a colleague of the treating team shall not see the record. */
async function hiddenFrom(membershipId: string) {
  const patient = await admitted()
  const token = await attacker.tokenOfActor(patient.self.actor)
  const { ids } = dataOf(await attacker.call('consent.give', denial(patient.patientId, membershipId), { token }))
  return { ...patient, token, directiveId: (ids as string[])[0] ?? '' }
}

const directivesOf = (patientId: string) => attacker.count('consent_directive', 'patient_id = $1', [patientId])

describe('against a directive of the patient, one cannot', () => {
  it('read, change or give away the record: it answers as if there were none, and the attempt is on record', async () => {
    const { patientId } = await hiddenFrom(membershipIdOf('nurse'))
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
    const { patientId, familyName, mrn } = await hiddenFrom(membershipIdOf('nurse'))
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
    const { patientId, mrn } = await hiddenFrom(membershipIdOf('nurse'))
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
    const { patientId } = await hiddenFrom(person.membershipId)
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
    const { patientId, self } = await admitted()
    const caller = { url: attacker.url, token: await world.tokenOf('nurse') }
    await using patient = await Watch.open(caller, 'vitals.watchPatient', { patientId })
    await using ward = await Watch.open(caller, 'vitals.watchWard', { wardId: hospital.wardId })
    expect(JSON.stringify(ward.messages)).toContain(patientId)
    const seen = ward.messages.length
    const token = await attacker.tokenOfActor(self.actor)
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

describe('by a directive of one’s own making, one cannot', () => {
  it('direct for somebody else’s patient, as somebody close, or without leave', async () => {
    const { hospital } = world.server
    const [{ patientId }, eve] = [await admitted(), await admitted()]
    const spouse = await patientLogin(hospital, { patientId, relation: 'spouse' })
    const wish = denial(patientId, membershipIdOf('nurse'))
    const as = async (login: PatientLogin, input: object = wish) =>
      attacker.fate('consent.give', input, { token: await attacker.tokenOfActor(login.actor) })
    expect(await as(eve.self)).toBe('not_found')
    expect(await as(spouse)).toBe('forbidden')
    for (const role of ['viewer', 'pharmacist', 'lab_technician', 'gateway', 'platform'] as const) {
      expect({ role, fate: await attacker.fateAs(role, 'consent.give', wish) }).toEqual({ role, fate: 'forbidden' })
    }
    expect(await attacker.fate('consent.give', wish)).toBe('unauthenticated')
    const token = await attacker.tokenOfActor(world.elsewhere.admin)
    expect(await attacker.fate('consent.give', { ...wish, reference: 'Form 1' }, { token })).toBe('not_found')
    // The patient's own word needs no paper, and has none to make up.
    expect(await as(eve.self, { ...denial(eve.patientId, membershipIdOf('nurse')), reference: 'Form 1' })).toBe(
      'invalid',
    )
    expect(await directivesOf(patientId)).toBe(0)
  })

  it('date it back, or let it end before it begins', async () => {
    const { patientId, self } = await admitted()
    const token = await attacker.tokenOfActor(self.actor)
    const wish = denial(patientId, membershipIdOf('nurse'))
    const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString()
    for (const span of [
      { effectiveFrom: hours(-1) },
      { effectiveUntil: hours(-1) },
      { effectiveFrom: hours(2), effectiveUntil: hours(1) },
      { effectiveFrom: '-infinity' },
    ]) {
      expect(await attacker.fate('consent.give', { ...wish, ...span }, { token })).toBe('invalid')
    }
    expect(await directivesOf(patientId)).toBe(0)
  })

  it('speak for another hospital or for all as staff, without a paper, or learn who works elsewhere', async () => {
    const { patientId } = await admitted()
    const wish = { ...denial(patientId, membershipIdOf('nurse')), reference: 'Form 1' }
    const give = (recipient: object) => attacker.as('doctor', 'consent.give', { ...wish, recipient })
    expect(await attacker.fateAs('doctor', 'consent.give', { ...wish, reference: undefined })).toBe('invalid')
    expect(codeOf(await give({ kind: 'everybody' }))).toBe('invalid')
    const [foreign, membershipId] = [hospitalOf(world.elsewhere.admin), membershipOf(world.elsewhere.admin)]
    for (const [known, unknown] of [
      [
        { kind: 'hospital', hospitalId: foreign },
        { kind: 'hospital', hospitalId: uuidv7() },
      ],
      [
        { kind: 'role', hospitalId: foreign, role: 'nurse' },
        { kind: 'role', hospitalId: uuidv7(), role: 'nurse' },
      ],
      [
        { kind: 'membership', membershipId },
        { kind: 'membership', membershipId: uuidv7() },
      ],
    ] as const) {
      const answer = await give(known)
      expect(answer.error).toBeDefined()
      expect(anonymised(answer)).toEqual(anonymised(await give(unknown)))
    }
    expect(await directivesOf(patientId)).toBe(0)
  })

  it('take back what another directed, or what stands against oneself', async () => {
    const { patientId, directiveId: id, token } = await hiddenFrom(membershipIdOf('nurse'))
    const eve = await admitted()
    const withdraw = async (reference?: string, attempt: object = {}) =>
      attacker.fate('consent.withdraw', { id, ...(reference === undefined ? {} : { reference }) }, attempt)
    expect(await withdraw(undefined, { token: await attacker.tokenOfActor(eve.self.actor) })).toBe('not_found')
    expect(await withdraw('Form 2', { token: await attacker.tokenOfActor(world.elsewhere.admin) })).toBe('not_found')
    expect(await withdraw('Form 2', { token: await world.tokenOf('nurse') })).toBe('not_found')
    expect(await attacker.count('consent_directive', 'id = $1 and superseded_at is null', [id])).toBe(1)
    expect(await attacker.fateAs('nurse', 'patients.get', { patientId })).toBe('not_found')
    expect(await withdraw(undefined, { token })).toBe('ok')
    expect((await attacker.auditOf(id)).map(({ action }) => action)).toEqual(['consent.give', 'consent.withdraw'])
  })
})
