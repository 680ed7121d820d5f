import { uuidv7 } from '@chartwire/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymised, codeOf } from '../world/answer.ts'
import { startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'

let world: World
let attacker: Attacker
let outsider: string
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
  outsider = await attacker.tokenOfActor(world.elsewhere.admin)
})
afterAll(() => world[Symbol.asyncDispose]())

const person = { givenName: 'Enno', familyName: 'Zähler', birthDate: '1970-01-01', sex: 'male', confirmDistinct: true }

describe('by counting and comparing, one cannot find', () => {
  it('record numbers, serial numbers, wards or beds of another hospital', async () => {
    await attacker.as('hospital_admin', 'patients.register', { ...person, mrn: 'ENUM-1' })
    await attacker.as('hospital_admin', 'devices.register', { serial: 'ENUM-1', kind: 'other' })
    await attacker.as('hospital_admin', 'hospitals.createWard', { name: 'ENUM-1' })
    for (const [path, input] of [
      ['patients.register', { ...person, mrn: 'ENUM-1' }],
      ['devices.register', { serial: 'ENUM-1', kind: 'other' }],
      ['hospitals.createWard', { name: 'ENUM-1' }],
    ] as const) {
      expect({ path, fate: await attacker.fate(path, input, { token: outsider }) }).toEqual({ path, fate: 'ok' })
    }
  })

  it('a patient of another hospital by name, number or part of either', async () => {
    const [file] = await attacker.sql<{ mrn: string }>(
      `select mrn from registration r join patient p on p.id = r.patient_id where p.family_name = 'Nahestehend'`,
    )
    const searches = [{ name: 'Nahestehend' }, { name: 'nahe' }, { name: 'Maria Nahe' }, { mrn: file?.mrn ?? '' }]
    for (const search of searches) {
      const answer = await attacker.call('patients.search', search, { token: outsider })
      expect(codeOf(answer)).toBe('ok')
      expect(JSON.stringify(answer)).not.toContain('Nahestehend')
    }
  })

  it('the next id from the last: ids hold 74 random bits', async () => {
    const ids: string[] = []
    for (let made = 0; made < 20; made++) {
      ids.push(String(dataOf(await attacker.as('hospital_admin', 'patients.register', person))['id']))
    }
    const tails = ids.map((id) => id.slice(15))
    expect(new Set(tails).size).toBe(20)
    const firsts = new Set(tails.map((tail) => tail.slice(5, 8)))
    expect(firsts.size).toBeGreaterThan(10)
  })

  it('procedures that one may not call, by the answer: it names no role and no permission', async () => {
    const { patientId } = world.belongings['care-team'].ids
    const refused = [
      await attacker.as('pharmacist', 'patients.get', { patientId }),
      await attacker.as('viewer', 'patients.remove', { patientId }),
      await attacker.as('patient', 'hospitals.staff', {}),
    ]
    for (const { error } of refused) {
      expect(error).toMatchObject({ message: 'Your role does not allow this.', data: { code: 'forbidden' } })
      expect(JSON.stringify(error)).not.toMatch(/admin|nurse|doctor|patient\.read/)
    }
  })

  it('anything about people in what is open to everybody', async () => {
    await attacker.fateAs('nurse', 'patients.search', { name: 'Nahestehend' })
    const { hospitalId } = world.server.hospital
    for (const path of ['/health', '/ready', '/metrics', '/openapi.json', '/docs', '/', '/api/ping']) {
      const { text } = await attacker.send(path)
      for (const secret of [
        hospitalId,
        'Nahestehend',
        'Fremdhaus',
        '@example.org',
        world.belongings['care-team'].ids.patientId,
      ]) {
        expect({ path, said: text.includes(secret) }).toEqual({ path, said: false })
      }
    }
  })

  it('whether a gateway, a membership or a team place exists elsewhere', async () => {
    const { membershipId, careTeamMemberId, wardId, deviceId } = world.belongings['other-hospital'].ids
    const { patientId } = world.belongings['care-team'].ids
    for (const [path, of] of [
      ['hospitals.endMembership', (id: string) => ({ membershipId: id })],
      ['careTeam.end', (id: string) => ({ id })],
      ['careTeam.assign', (id: string) => ({ membershipId: id, charge: { patientId } })],
      ['careTeam.assign', (id: string) => ({ membershipId, charge: { wardId: id } })],
      ['devices.assign', (id: string) => ({ deviceId: id, patientId })],
      ['vitals.ward', (id: string) => ({ wardId: id })],
    ] as const) {
      const role = path === 'vitals.ward' ? 'nurse' : 'hospital_admin'
      for (const id of [membershipId, careTeamMemberId, wardId, deviceId]) {
        const known = anonymised(await attacker.as(role, path, of(id)))
        expect(known).toEqual(anonymised(await attacker.as(role, path, of(uuidv7()))))
      }
    }
  })
})
