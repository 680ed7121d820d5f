import { endMembership, uuidv7 } from '@chartwire/db'
import { membershipOf } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf } from '../world/answer.ts'
import { startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

const patient = { givenName: 'Ida', familyName: 'Potenz', birthDate: '1970-01-01', sex: 'female' }
const keyed = (key: string) => ({ 'idempotency-key': key })

describe('with the idempotency key of somebody else, one cannot', () => {
  it('get their answer: a key belongs to who used it, in the capacity used', async () => {
    const key = uuidv7()
    const email = `${uuidv7()}@example.org`
    const first = dataOf(await attacker.as('hospital_admin', 'hospitals.invite', { email, role: 'nurse' }, keyed(key)))
    expect(await attacker.fateAs('nurse', 'hospitals.invite', { email, role: 'nurse' }, keyed(key))).toBe('forbidden')
    const other = await attacker.tokenOfActor(world.elsewhere.admin)
    const second = dataOf(
      await attacker.call('hospitals.invite', { email, role: 'nurse' }, { token: other, headers: keyed(key) }),
    )
    expect(second['token']).toBeDefined()
    expect(second['token']).not.toBe(first['token'])
    expect(await attacker.fate('hospitals.invite', { email, role: 'nurse' }, { headers: keyed(key) })).toBe(
      'unauthenticated',
    )
  })

  it('find their answer in a copy of the database', async () => {
    const email = `${uuidv7()}@example.org`
    const answer = dataOf(
      await attacker.as('hospital_admin', 'hospitals.invite', { email, role: 'nurse' }, keyed(uuidv7())),
    )
    const rows = await attacker.sql<{ text: string }>(
      `select encode(answer, 'escape') || key || scope as text from idempotency_key`,
    )
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.filter(({ text }) => text.includes(String(answer['token'])))).toEqual([])
  })

  it('keep them from using a key of their own by using it first', async () => {
    const key = uuidv7()
    await attacker.as('front_desk', 'patients.register', { ...patient, familyName: 'Erste' }, keyed(key))
    expect(await attacker.fateAs('nurse', 'patients.register', { ...patient, familyName: 'Zweite' }, keyed(key))).toBe(
      'ok',
    )
  })
})

describe('by repeating a request, one cannot', () => {
  it('have it done twice: fifteen at once make one patient, one entry in the log', async () => {
    const key = uuidv7()
    const familyName = `Einmal ${key}`
    const answers = await Promise.all(
      Array.from({ length: 15 }, () =>
        attacker.as('nurse', 'patients.register', { ...patient, familyName }, keyed(key)),
      ),
    )
    const ids = new Set(answers.flatMap((answer) => (codeOf(answer) === 'ok' ? [String(dataOf(answer)['id'])] : [])))
    expect(ids.size).toBe(1)
    expect(new Set(answers.map(codeOf))).not.toContain('internal')
    expect(answers.map(codeOf).every((code) => code === 'ok' || code === 'idempotency_in_progress')).toBe(true)
    expect(await attacker.count('patient', 'family_name = $1', [familyName])).toBe(1)
    expect(await attacker.auditOf([...ids][0] ?? '')).toMatchObject([{ action: 'patient.register' }])
  })

  it('slip another request under a key that was used', async () => {
    const key = uuidv7()
    await attacker.as('nurse', 'patients.register', patient, keyed(key))
    const before = await attacker.count('patient')
    const { patientId } = world.belongings['care-team'].ids
    expect(await attacker.fateAs('nurse', 'patients.register', { ...patient, givenName: 'Eva' }, keyed(key))).toBe(
      'idempotency_key_reused',
    )
    expect(await attacker.fateAs('nurse', 'alarms.emergency', { patientId }, keyed(key))).toBe('idempotency_key_reused')
    expect(await attacker.count('patient')).toBe(before)
  })

  it('have an answer again that one may not have any more', async () => {
    const { hospital } = world.server
    const leaver = await hospital.hire('nurse')
    const token = await attacker.tokenOfActor(leaver)
    const attempt = { token, headers: keyed(uuidv7()) }
    expect(await attacker.fate('patients.register', patient, attempt)).toBe('ok')
    await endMembership(hospital.as(hospital.admin), { membershipId: membershipOf(leaver) })
    expect(await attacker.fate('patients.register', patient, attempt)).toBe('forbidden')
  })

  it('free a key by a request that fails, and lose what is done after', async () => {
    const key = uuidv7()
    const wrong = { ...patient, mrn: 'IDEM-1' }
    await attacker.as('nurse', 'patients.register', wrong, keyed(uuidv7()))
    expect(await attacker.fateAs('nurse', 'patients.register', wrong, keyed(key))).toBe('mrn_taken')
    expect(await attacker.fateAs('nurse', 'patients.register', { ...patient, mrn: 'IDEM-2' }, keyed(key))).toBe('ok')
    expect(await attacker.count('registration', `mrn = 'IDEM-2'`)).toBe(1)
  })

  it('have a key taken that is none', async () => {
    const before = await attacker.count('patient')
    for (const key of ['short', "'; drop table idempotency_key; --", 'a'.repeat(129), '../../../etc/passwd']) {
      expect(await attacker.fateAs('nurse', 'patients.register', patient, keyed(key))).toBe('invalid')
    }
    expect(await attacker.count('patient')).toBe(before)
  })
})
