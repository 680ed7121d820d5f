import { uuidv7 } from '@chartwire/db'
import { membershipOf, testPassword } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../world/world.ts'
import { otherHospital } from '../world/people.ts'
import { Attacker, dataOf } from './attacker.ts'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

const patient = {
  givenName: 'Rasa',
  familyName: 'Wettlauf',
  birthDate: '1970-01-01',
  sex: 'female',
  confirmDistinct: true,
}

/** The fates of calls sent at once, sorted. */
async function atOnce(calls: readonly (() => Promise<string>)[]): Promise<string[]> {
  return (await Promise.all(calls.map((call) => call()))).sort()
}

const register = async () => String(dataOf(await attacker.as('hospital_admin', 'patients.register', patient))['id'])

describe('in the same moment, one cannot', () => {
  it('have two administrators end each other, and leave a hospital with none', async () => {
    for (let round = 0; round < 5; round++) {
      const place = await otherHospital(world.server.hospital, `Race ${round}`)
      const second = await place.hire('hospital_admin')
      const tokens = [await attacker.tokenOfActor(place.admin), await attacker.tokenOfActor(second)]
      const fates = await atOnce([
        () =>
          attacker.fate(
            'hospitals.endMembership',
            { membershipId: membershipOf(second) },
            { token: tokens[0] ?? null },
          ),
        () =>
          attacker.fate(
            'hospitals.endMembership',
            { membershipId: membershipOf(place.admin) },
            { token: tokens[1] ?? null },
          ),
      ])
      expect(fates).toContain('ok')
      expect(fates.every((fate) => ['ok', 'conflict', 'forbidden'].includes(fate))).toBe(true)
      const left = await attacker.count(
        'membership',
        `hospital_id = $1 and role = 'hospital_admin' and ended_at is null`,
        [place.hospitalId],
      )
      expect(left).toBe(1)
      expect(await attacker.count('audit_entry', `chain = $1 and action = 'staff.end'`, [place.hospitalId])).toBe(1)
    }
  })

  it('end oneself as the last administrator', async () => {
    const place = await otherHospital(world.server.hospital, 'Last')
    const token = await attacker.tokenOfActor(place.admin)
    expect(await attacker.fate('hospitals.endMembership', { membershipId: membershipOf(place.admin) }, { token })).toBe(
      'conflict',
    )
  })

  it('open one invitation twice', async () => {
    const email = `${uuidv7()}@example.org`
    const { token } = dataOf(await attacker.as('hospital_admin', 'hospitals.invite', { email, role: 'nurse' }))
    const accept = () => attacker.fate('identity.acceptInvitation', { token, name: 'Twin', password: testPassword })
    const fates = await atOnce(Array.from({ length: 6 }, () => accept))
    expect(fates.filter((fate) => fate === 'ok')).toHaveLength(1)
    expect(await attacker.count('app_user', `name = 'Twin'`)).toBe(1)
  })

  it('put two patients into one bed, or one patient into two', async () => {
    const { wardId } = world.belongings['care-team'].ids
    const patients = await Promise.all([register(), register(), register(), register()])
    const intoOne = patients.map(
      (patientId) => () => attacker.fateAs('hospital_admin', 'admissions.admit', { patientId, wardId, bed: 'Race' }),
    )
    expect(await atOnce(intoOne)).toEqual(['bed_taken', 'bed_taken', 'bed_taken', 'ok'])
    const patientId = await register()
    const ofOne = ['R1', 'R2', 'R3'].map(
      (bed) => () => attacker.fateAs('hospital_admin', 'admissions.admit', { patientId, wardId, bed }),
    )
    expect(await atOnce(ofOne)).toEqual(['already_admitted', 'already_admitted', 'ok'])
  })

  it('give two patients one record number', async () => {
    const fates = await atOnce(
      Array.from(
        { length: 5 },
        () => () => attacker.fateAs('hospital_admin', 'patients.register', { ...patient, mrn: 'RACE-1' }),
      ),
    )
    expect(fates).toEqual(['mrn_taken', 'mrn_taken', 'mrn_taken', 'mrn_taken', 'ok'])
    expect(
      await attacker.count(
        'patient p',
        `family_name = 'Wettlauf' and not exists (select 1 from registration r where r.patient_id = p.id)`,
      ),
    ).toBe(0)
  })

  it('overwrite each other’s change of a file unseen', async () => {
    const patientId = await register()
    const fates = await atOnce(
      ['A', 'B', 'C', 'D'].map(
        (givenName) => () => attacker.fateAs('hospital_admin', 'patients.update', { patientId, version: 1, givenName }),
      ),
    )
    expect(fates).toEqual(['ok', 'stale_version', 'stale_version', 'stale_version'])
    expect((await attacker.auditOf(patientId)).filter(({ action }) => action === 'patient.update')).toHaveLength(1)
  })

  it('put one device on two patients', async () => {
    const { id: deviceId } = dataOf(
      await attacker.as('hospital_admin', 'devices.register', { serial: 'RACE', kind: 'other' }),
    )
    const patients = await Promise.all([register(), register(), register()])
    const fates = await atOnce(
      patients.map((patientId) => () => attacker.fateAs('hospital_admin', 'devices.assign', { deviceId, patientId })),
    )
    expect(fates).toEqual(['device_assigned', 'device_assigned', 'ok'])
  })

  it('take out a file and admit its patient', async () => {
    const { wardId } = world.belongings['care-team'].ids
    for (let round = 0; round < 4; round++) {
      const patientId = await register()
      await atOnce([
        () => attacker.fateAs('hospital_admin', 'patients.remove', { patientId }),
        () => attacker.fateAs('hospital_admin', 'admissions.admit', { patientId, wardId }),
      ])
      const both = await attacker.count(
        'registration r',
        `patient_id = $1 and removed_at is not null and exists (select 1 from admission a where a.patient_id = r.patient_id and a.status = 'admitted')`,
        [patientId],
      )
      expect(both).toBe(0)
    }
  })

  it('move, discharge and observe one patient until the database gives up', async () => {
    const { wardId } = world.belongings['care-team'].ids
    const patientId = await register()
    await attacker.as('hospital_admin', 'admissions.admit', { patientId, wardId })
    const fates = await atOnce([
      ...['M1', 'M2', 'M3', 'M4'].map(
        (bed) => () => attacker.fateAs('hospital_admin', 'admissions.transfer', { patientId, wardId, bed }),
      ),
      () => attacker.fateAs('hospital_admin', 'admissions.discharge', { patientId }),
      ...[1, 2, 3, 4].map(
        (at) => () =>
          attacker.fateAs('gateway', 'vitals.record', {
            readings: [{ patientId, at: Date.now() - at, heartRate: 70 }],
          }),
      ),
      ...[1, 2].map(() => () => attacker.fateAs('nurse', 'alarms.emergency', { patientId })),
    ])
    expect(fates.filter((fate) => !['ok', 'not_admitted', 'not_found'].includes(fate))).toEqual([])
  })
})
