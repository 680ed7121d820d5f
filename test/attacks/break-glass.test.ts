import { uuidv7 } from '@chartwire/db'
import { membershipOf } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymised, codeOf } from '../world/answer.ts'
import { firstOverSse } from '../world/http.ts'
import { startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'
import { Person } from './person.ts'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

const asking = (patient: object) => ({ patient, reason: 'emergency', explanation: 'Found on the stairs' })
const open = (person: Person, patient: object) => person.call('breakGlass.open', asking(patient))
const idOf = async (person: Person, patientId: string) => String(dataOf(await open(person, { patientId }))['id'])
const actionsOn = async (id: string) => (await attacker.auditOf(id)).map(({ action }) => action)

describe('by breaking the glass, one cannot', () => {
  it('open a record with a session that merely lies open, without leave, or from another hospital', async () => {
    const { patientId, mrn } = await world.server.hospital.admit()
    const doctor = await Person.join(attacker, 'doctor')
    await doctor.letStepUpAge()
    expect(codeOf(await open(doctor, { patientId }))).toBe('step_up_required')
    expect(await doctor.fate('patients.get', { patientId })).toBe('not_found')
    const roles = ['viewer', 'front_desk', 'pharmacist', 'lab_technician', 'hospital_admin'] as const
    for (const role of [...roles, 'gateway', 'platform', 'patient'] as const) {
      const fate = await attacker.fateAs(role, 'breakGlass.open', asking({ patientId }))
      expect({ role, fate }).toEqual({ role, fate: 'forbidden' })
    }
    expect(await attacker.fate('breakGlass.open', asking({ patientId }))).toBe('unauthenticated')
    const token = await attacker.tokenOfActor(await world.elsewhere.hire('doctor'))
    const foreign = (patient: object) => attacker.call('breakGlass.open', asking(patient), { token })
    const unknown = anonymised(await foreign({ patientId: uuidv7() }))
    expect(unknown).toMatchObject({ data: { code: 'not_found' } })
    expect(anonymised(await foreign({ patientId }))).toEqual(unknown)
    expect(await attacker.count('break_glass_grant', 'patient_id = $1', [patientId])).toBe(0)
    await world.server.hospital.db.refusals.settled()
    const refused = `action = 'access.refused' and $1 = any(patient_ids) and detail->>'reason' = $2`
    expect(await attacker.count('audit_entry', refused, [patientId, 'step_up_required'])).toBe(1)
    // Both hospitals count from one: the number is the other hospital's own patient, or nobody.
    expect(dataOf(await foreign({ mrn }))['patientId']).not.toBe(patientId)
  })

  it('have it longer by asking again', async () => {
    const { patientId } = await world.server.hospital.admit()
    const doctor = await Person.join(attacker, 'doctor')
    const first = dataOf(await open(doctor, { patientId }))
    const again = await Promise.all([1, 2, 3].map(() => open(doctor, { patientId })))
    expect(again.map((answer) => dataOf(answer))).toEqual([first, first, first])
    expect(await actionsOn(String(first['id']))).toEqual(['break-glass.open'])
    const elapse = `update break_glass_grant set opened_at = now() - interval '1 hour', expires_at = now() where id = $1`
    await attacker.sql(elapse, [first['id']])
    expect(await doctor.fate('patients.get', { patientId })).toBe('not_found')
    const anew = dataOf(await open(doctor, { patientId }))
    expect(anew['id']).not.toBe(first['id'])
    expect(await actionsOn(String(anew['id']))).toEqual(['break-glass.open'])
  })

  it('write: neither into the record, nor oneself onto the care team', async () => {
    const { hospital } = world.server
    const { patientId } = await hospital.admit()
    const doctor = await Person.join(attacker, 'doctor')
    await open(doctor, { patientId })
    expect(await doctor.fate('patients.get', { patientId })).toBe('ok')
    const named = { patientId, parameter: 'heartRate', level: 'critical' }
    const writes: [string, object][] = [
      ['patients.update', { patientId, version: 1, givenName: 'Eve' }],
      ['patients.inviteLogin', { patientId, email: 'eve@example.org', relation: 'other' }],
      ['patientAccess.list', { patientId }],
      ['clinicalLists.add', { patientId, kind: 'condition', name: 'Asthma' }],
      ['careTeam.assign', { membershipId: doctor.membershipId, charge: { patientId } }],
      ['thresholds.set', { ...named, low: 1, high: 300 }],
      ['thresholds.clear', named],
      ['admissions.transfer', { patientId, wardId: hospital.wardId, bed: '99' }],
      ['admissions.discharge', { patientId }],
      ['devices.assign', { patientId, deviceId: world.belongings['care-team'].ids.deviceId }],
      ['consent.list', { patientId }],
      [
        'consent.give',
        { patientId, effect: 'permit', purposes: ['treatment'], recipient: { kind: 'everybody' }, reference: 'x' },
      ],
    ]
    for (const [path, input] of writes) {
      expect({ path, fate: await doctor.fate(path, input) }).toEqual({ path, fate: 'not_found' })
    }
    const readings = [{ patientId, at: Date.now(), heartRate: 70 }]
    expect(dataOf(await doctor.call('vitals.record', { readings }))).toMatchObject({ stored: 0, refused: 1 })
    expect(await attacker.count('patient', `id = $1 and version = 1`, [patientId])).toBe(1)
  })

  it('get at another patient, at lists, or at the record for another end; each access is marked', async () => {
    const { hospital } = world.server
    const [{ patientId, mrn }, { patientId: other }] = [await hospital.admit(), await hospital.admit()]
    const doctor = await Person.join(attacker, 'doctor')
    const id = await idOf(doctor, patientId)
    expect(await doctor.fate('patients.history', { patientId })).toBe('ok')
    expect(await doctor.fate('patients.history', { patientId: other })).toBe('not_found')
    expect(await doctor.fate('vitals.ward', { wardId: hospital.wardId })).toBe('not_found')
    for (const [path, input] of [
      ['patients.list', {}],
      ['patients.search', { mrn }],
      ['admissions.current', {}],
    ] as const) {
      expect(JSON.stringify(await doctor.call(path, input))).not.toContain(patientId)
    }
    for (const purpose of ['research', 'export', 'quality', 'ai-assistance']) {
      const attempt = { token: doctor.token, headers: { 'x-purpose': purpose } }
      expect(await attacker.fate('patients.get', { patientId }, attempt)).toBe('not_found')
    }
    const marked = `action = 'patient.history.read' and detail->>'breakGlass' = $1`
    expect(await attacker.count('audit_entry', marked, [id])).toBe(1)
  })

  it('lend it to a colleague, or have an end made of a colleague’s', async () => {
    const { patientId } = await world.server.hospital.admit()
    const [doctor, colleague] = [await Person.join(attacker, 'doctor'), await Person.join(attacker, 'doctor')]
    const id = await idOf(doctor, patientId)
    expect(await colleague.fate('patients.get', { patientId })).toBe('not_found')
    const theirs = await colleague.call('breakGlass.close', { id })
    expect(anonymised(theirs)).toEqual(anonymised(await colleague.call('breakGlass.close', { id: uuidv7() })))
    expect(await colleague.fate('breakGlass.revoke', { id })).toBe('forbidden')
    expect(dataOf(await colleague.call('breakGlass.mine'))).toEqual({})
    expect(await doctor.fate('patients.get', { patientId })).toBe('ok')
    expect(await doctor.fate('breakGlass.close', { id })).toBe('ok')
    expect(await doctor.fate('patients.get', { patientId })).toBe('not_found')
    expect(await actionsOn(id)).toEqual(['break-glass.open', 'break-glass.close'])
  })
})

describe('of what was opened, one cannot', () => {
  it('judge one’s own as privacy officer, nor have the others not hear of it', async () => {
    const { patientId } = await world.server.hospital.admit()
    const doctor = await Person.join(attacker, 'doctor')
    const { membershipId } = doctor
    const appointed = dataOf(await attacker.as('hospital_admin', 'breakGlass.appointOfficer', { membershipId }))
    const id = await idOf(doctor, patientId)
    expect(await doctor.fate('breakGlass.review', { id, outcome: 'justified' })).toBe('conflict')
    expect(await doctor.fate('breakGlass.acknowledge', { id })).toBe('conflict')
    expect(await attacker.count('privacy_notice', 'break_glass_id = $1 and seen_at is null', [id])).toBe(1)
    expect(await attacker.fateAs('hospital_admin', 'breakGlass.endOfficer', { id: appointed['id'] })).toBe('ok')
    expect(await actionsOn(id)).toEqual(['break-glass.open'])
  })

  it('see, judge, end or hush up anything as another hospital’s officer, or as nobody’s', async () => {
    const { breakGlassId: id, patientId } = world.belongings['care-team'].ids
    const token = await attacker.tokenOfActor(world.elsewhere.admin)
    const listed = await attacker.call('breakGlass.list', { state: 'all' }, { token })
    expect(codeOf(listed)).toBe('ok')
    expect(JSON.stringify(listed)).not.toContain(patientId)
    const watched = await firstOverSse({ url: attacker.url, token }, { path: 'breakGlass.watch', input: {} })
    expect(codeOf(watched)).toBe('ok')
    expect(JSON.stringify(watched)).not.toContain(patientId)
    const verbs: [string, object][] = [
      ['breakGlass.review', { outcome: 'justified' }],
      ['breakGlass.acknowledge', {}],
      ['breakGlass.revoke', {}],
    ]
    for (const [path, more] of verbs) {
      const known = await attacker.call(path, { id, ...more }, { token })
      const unknown = await attacker.call(path, { id: uuidv7(), ...more }, { token })
      expect({ path, ...anonymised(known) }).toEqual({ path, ...anonymised(unknown) })
      expect(codeOf(known)).toBe('not_found')
      for (const role of ['doctor', 'nurse', 'front_desk', 'viewer', 'patient', 'platform', 'gateway'] as const) {
        expect(await attacker.fateAs(role, path, { id, ...more })).toBe('forbidden')
      }
    }
    expect(await attacker.fateAs('doctor', 'breakGlass.list', {})).toBe('forbidden')
    expect(await attacker.count('break_glass_grant', 'id = $1 and outcome is null and ended_at is null', [id])).toBe(1)
  })

  it('become a privacy officer by oneself, or make or unmake one of another hospital', async () => {
    const doctor = world.actors.get('doctor')
    const membershipId = doctor ? membershipOf(doctor) : ''
    for (const role of ['doctor', 'nurse', 'front_desk', 'patient', 'platform'] as const) {
      expect(await attacker.fateAs(role, 'breakGlass.appointOfficer', { membershipId })).toBe('forbidden')
      expect(await attacker.fateAs(role, 'breakGlass.setMinutes', { minutes: 480 })).toBe('forbidden')
    }
    const made = dataOf(await attacker.as('hospital_admin', 'breakGlass.appointOfficer', { membershipId }))
    const token = await attacker.tokenOfActor(world.elsewhere.admin)
    expect(await attacker.fate('breakGlass.appointOfficer', { membershipId }, { token })).toBe('not_found')
    expect(await attacker.fate('breakGlass.endOfficer', { id: made['id'] }, { token })).toBe('not_found')
    expect((await attacker.call('breakGlass.officers', undefined, { token })).data).toEqual([])
    // Where somebody is appointed, administrators do not look on.
    expect(await attacker.fateAs('hospital_admin', 'breakGlass.list', {})).toBe('forbidden')
    expect(await attacker.fateAs('hospital_admin', 'breakGlass.endOfficer', { id: made['id'] })).toBe('ok')
    expect(await actionsOn(membershipId)).toEqual(
      expect.arrayContaining(['privacy-officer.appoint', 'privacy-officer.end']),
    )
  })
})
