import { uuidv7 } from '@chartwire/db'
import { membershipOf } from '@chartwire/db/testing/hospital'
import { type PatientLogin, patientLogin } from '@chartwire/db/testing/patient-login'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymised, codeOf } from '../world/answer.ts'
import { hospitalOf } from '../world/people.ts'
import { type Role, startWorld, type World } from '../world/world.ts'
import { Attacker } from './attacker.ts'
import { admitted, denial, hiddenFrom } from './directing.ts'

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
const directivesOf = (patientId: string) => attacker.count('consent_directive', 'patient_id = $1', [patientId])

describe('by a directive of one’s own making, one cannot', () => {
  it('direct for somebody else’s patient, as somebody close, or without leave', async () => {
    const { hospital } = world.server
    const [{ patientId }, eve] = [await admitted(attacker), await admitted(attacker)]
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
    const { patientId, token } = await admitted(attacker)
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
    const { patientId } = await admitted(attacker)
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
    const { patientId, directiveId: id, token } = await hiddenFrom(attacker, membershipIdOf('nurse'))
    const eve = await admitted(attacker)
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
