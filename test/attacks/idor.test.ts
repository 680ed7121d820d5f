import { uuidv7 } from '@chartwire/db'
import { membershipOf } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymised, codeOf } from '../world/answer.ts'
import { Line } from '../world/socket.ts'
import { startWorld, type World } from '../world/world.ts'
import { userOf } from '../world/people.ts'
import { Attacker, dataOf } from './attacker.ts'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

const own = () => world.belongings['care-team'].ids
const neighbours = () => world.belongings['same-hospital'].ids
const foreign = () => world.belongings['other-hospital'].ids

describe('by an id that was guessed or seen, one cannot', () => {
  it('read the file of another hospital’s patient, and the log names nobody as its reader', async () => {
    const { patientId } = foreign()
    for (const role of ['hospital_admin', 'doctor', 'nurse', 'front_desk', 'patient'] as const) {
      expect(await attacker.fateAs(role, 'patients.get', { patientId })).toBe('not_found')
    }
    expect((await attacker.auditOf(patientId)).filter(({ action }) => action === 'patient.read')).toEqual([])
  })

  it('read the history of a patient of another team', async () => {
    const { patientId } = neighbours()
    expect(await attacker.fateAs('doctor', 'patients.history', { patientId })).toBe('not_found')
    expect(await attacker.fateAs('nurse', 'patients.history', { patientId })).toBe('not_found')
    expect(await attacker.fateAs('hospital_admin', 'patients.history', { patientId })).toBe('forbidden')
  })

  it('change the file of another hospital’s patient', async () => {
    const { patientId } = foreign()
    const change = { patientId, version: 1, familyName: 'Overwritten' }
    expect(await attacker.fateAs('hospital_admin', 'patients.update', change)).toBe('not_found')
    expect(await attacker.count('patient', `id = $1 and family_name = 'Fremdhaus' and version = 1`, [patientId])).toBe(
      1,
    )
  })

  it('take out, discharge or move another hospital’s patient', async () => {
    const { patientId } = foreign()
    const { wardId } = own()
    expect(await attacker.fateAs('hospital_admin', 'patients.remove', { patientId })).toBe('not_found')
    expect(await attacker.fateAs('hospital_admin', 'admissions.discharge', { patientId })).toBe('not_found')
    expect(await attacker.fateAs('hospital_admin', 'admissions.transfer', { patientId, wardId })).toBe('not_found')
    expect(await attacker.count('admission', `patient_id = $1 and status = 'admitted'`, [patientId])).toBe(1)
  })

  it('admit another hospital’s patient into one’s own ward, and so take over the monitor', async () => {
    const { patientId } = foreign()
    const { wardId } = own()
    expect(await attacker.fateAs('hospital_admin', 'admissions.admit', { patientId, wardId })).toBe('not_found')
    expect(
      await attacker.count('patient_monitor', 'patient_id = $1 and hospital_id = $2', [
        patientId,
        world.elsewhere.hospitalId,
      ]),
    ).toBe(1)
  })

  it('admit or move one’s own patient into another hospital’s ward', async () => {
    const admin = world.server.hospital
    const { patientId } = await admin.admit()
    const { wardId } = foreign()
    expect(await attacker.fateAs('hospital_admin', 'admissions.transfer', { patientId, wardId })).toBe('not_found')
    await attacker.as('hospital_admin', 'admissions.discharge', { patientId })
    expect(await attacker.fateAs('hospital_admin', 'admissions.admit', { patientId, wardId })).toBe('not_found')
  })

  it('read, silence or close the alarm of another hospital or another team', async () => {
    for (const { alarmId } of [foreign(), neighbours()]) {
      for (const role of ['doctor', 'nurse'] as const) {
        expect(await attacker.fateAs(role, 'alarms.get', { alarmId })).toBe('not_found')
        expect(await attacker.fateAs(role, 'alarms.acknowledge', { alarmId })).toBe('not_found')
        expect(await attacker.fateAs(role, 'alarms.snooze', { alarmId, minutes: 5 })).toBe('not_found')
        expect(await attacker.fateAs(role, 'alarms.resolve', { alarmId })).toBe('not_found')
      }
      expect(await attacker.count('alarm', `id = $1 and status = 'raised' and snoozed_until is null`, [alarmId])).toBe(
        1,
      )
    }
  })

  it('read, move, cancel, note or begin another’s appointment', async () => {
    const version = 1
    const startsAt = new Date(world.server.hospital.clock.now.getTime() + 48 * 3_600_000).toISOString()
    for (const { appointmentId: id } of [foreign(), neighbours()]) {
      for (const role of ['doctor', 'patient'] as const) {
        expect(await attacker.fateAs(role, 'appointments.get', { id })).toBe('not_found')
        expect(await attacker.fateAs(role, 'appointments.cancel', { id, version })).toBe('not_found')
        expect(await attacker.fateAs(role, 'appointments.reschedule', { id, version, startsAt })).toBe('not_found')
        expect(await attacker.fateAs(role, 'appointments.note', { id, version, reason: 'Mine' })).toBe('not_found')
      }
      const start = { id, version, status: 'confirmed' }
      expect(await attacker.fateAs('doctor', 'appointments.setStatus', start)).toBe('not_found')
      expect(await attacker.fateAs('patient', 'appointments.setStatus', start)).toBe('forbidden')
      expect(await attacker.count('appointment', `id = $1 and status = 'scheduled' and version = 1`, [id])).toBe(1)
    }
  })

  it('get at the record of a patient by booking them', async () => {
    const membershipId = membershipOf(world.actors.get('doctor') ?? world.elsewhere.admin)
    const startsAt = new Date(world.server.hospital.clock.now.getTime() + 72 * 3_600_000).toISOString()
    for (const { patientId } of [foreign(), neighbours()]) {
      const booking = { patientId, membershipId, startsAt, mode: 'in_person' }
      expect(await attacker.fateAs('doctor', 'appointments.book', booking)).toBe('not_found')
      expect(
        await attacker.count('care_team_member', 'patient_id = $1 and membership_id = $2', [patientId, membershipId]),
      ).toBe(0)
    }
    // Nor may the desk book another hospital's patient, or a patient another hospital's doctor.
    const desk = { patientId: foreign().patientId, membershipId, startsAt, mode: 'in_person' }
    expect(await attacker.fateAs('front_desk', 'appointments.book', desk)).toBe('not_found')
    const away = { patientId: own().patientId, membershipId: foreign().membershipId, startsAt, mode: 'in_person' }
    expect(await attacker.fateAs('front_desk', 'appointments.book', away)).toBe('not_found')
    expect(await attacker.fateAs('patient', 'appointments.book', away)).toBe('not_found')
  })

  it('raise an emergency for a patient of another hospital', async () => {
    const { patientId } = foreign()
    expect(await attacker.fateAs('doctor', 'alarms.emergency', { patientId })).toBe('not_found')
    expect(await attacker.fateAs('patient', 'alarms.emergency', { patientId })).toBe('not_found')
    expect(await attacker.count('alarm', 'patient_id = $1 and announcements = 1', [patientId])).toBe(1)
  })

  it('end the employment of another hospital’s administrator', async () => {
    const membershipId = membershipOf(world.elsewhere.admin)
    expect(await attacker.fateAs('hospital_admin', 'hospitals.endMembership', { membershipId })).toBe('not_found')
    expect(await attacker.count('membership', 'id = $1 and ended_at is null', [membershipId])).toBe(1)
  })

  it('take somebody off a care team of another hospital', async () => {
    const { careTeamMemberId: id } = foreign()
    expect(await attacker.fateAs('hospital_admin', 'careTeam.end', { id })).toBe('not_found')
    expect(await attacker.count('care_team_member', 'id = $1 and until is null', [id])).toBe(1)
  })

  it('bring a stranger of another hospital onto the care team of one’s own patient', async () => {
    const { patientId } = own()
    const { membershipId } = foreign()
    expect(await attacker.fateAs('hospital_admin', 'careTeam.assign', { membershipId, charge: { patientId } })).toBe(
      'not_found',
    )
  })

  it('put another hospital’s device on one’s own patient, or one’s own on another’s', async () => {
    const { patientId } = own()
    expect(await attacker.fateAs('hospital_admin', 'devices.assign', { patientId, deviceId: foreign().deviceId })).toBe(
      'not_found',
    )
    const spare = dataOf(await attacker.as('hospital_admin', 'devices.register', { serial: 'IDOR-1', kind: 'other' }))
    const onto = { patientId: foreign().patientId, deviceId: spare['id'] }
    expect(await attacker.fateAs('hospital_admin', 'devices.assign', onto)).toBe('not_found')
    expect(await attacker.fateAs('hospital_admin', 'devices.unassign', { ...foreign() })).toBe('invalid')
    const off = { patientId: foreign().patientId, deviceId: foreign().deviceId }
    expect(await attacker.fateAs('hospital_admin', 'devices.unassign', off)).toBe('not_found')
  })

  it('write readings into another hospital’s patient: the row is refused as for nobody, and nothing is stored', async () => {
    const row = (patientId: string) => ({ readings: [{ patientId, at: Date.now(), heartRate: 33 }] })
    const known = await attacker.as('gateway', 'vitals.record', row(foreign().patientId))
    const unknown = await attacker.as('gateway', 'vitals.record', row(uuidv7()))
    expect(anonymised(known)).toEqual(anonymised(unknown))
    expect(dataOf(known)).toMatchObject({ stored: 0, refused: 1 })
    expect(await attacker.count('vital_reading', 'patient_id = $1', [foreign().patientId])).toBe(0)
  })

  it('reach another hospital’s patient by a record number that both hospitals use', async () => {
    const [shared] = await attacker.sql<{ mrn: string }>(
      `select a.mrn from registration a join registration b on a.mrn = b.mrn and a.hospital_id <> b.hospital_id limit 1`,
    )
    expect(shared).toBeDefined()
    const answer = await attacker.as('gateway', 'vitals.record', {
      readings: [{ mrn: shared?.mrn, at: Date.now(), heartRate: 77 }],
    })
    expect(dataOf(answer)).toMatchObject({ stored: 1 })
    expect(await attacker.count('vital_reading', 'patient_id = $1', [foreign().patientId])).toBe(0)
  })

  it('set or clear limits of another hospital’s patient, or read them', async () => {
    const { patientId } = foreign()
    const limits = { patientId, parameter: 'heartRate', level: 'critical', low: 1, high: 900 }
    expect(await attacker.fateAs('doctor', 'thresholds.set', limits)).toBe('not_found')
    expect(
      await attacker.fateAs('doctor', 'thresholds.clear', { patientId, parameter: 'heartRate', level: 'critical' }),
    ).toBe('not_found')
    expect(await attacker.fateAs('doctor', 'thresholds.list', { patientId })).toBe('not_found')
    expect(await attacker.count('threshold', 'patient_id = $1', [patientId])).toBe(0)
  })

  it('watch another hospital’s ward or patient, with no cursor, with one’s own, or with theirs', async () => {
    const { url } = world.server
    await using mine = await Line.open({ url, token: await world.tokenOf('doctor') })
    await using theirs = await Line.open({
      url,
      token: await attacker.tokenOfActor(await world.elsewhere.hire('doctor')),
    })
    const first = dataOf(await mine.call('subscription', { path: 'alarms.watch', input: {} }))
    const other = dataOf(await theirs.call('subscription', { path: 'alarms.watch', input: {} }))
    for (const cursor of [{}, { lastEventId: first['id'] }, { lastEventId: other['id'] }, { lastEventId: '1:1:' }]) {
      const { wardId, patientId } = foreign()
      const ward = await mine.call('subscription', { path: 'vitals.watchWard', input: { wardId, ...cursor } })
      const patient = await mine.call('subscription', { path: 'vitals.watchPatient', input: { patientId, ...cursor } })
      expect([codeOf(ward), codeOf(patient)]).toEqual(['not_found', 'not_found'])
      const alarms = await mine.call('subscription', { path: 'alarms.watch', input: cursor })
      expect(JSON.stringify(alarms)).not.toContain(patientId)
    }
  })

  it('page into other hospitals behind a cursor of theirs', async () => {
    const [foreignFile] = await attacker.sql<{ id: string }>('select id from registration where patient_id = $1', [
      foreign().patientId,
    ])
    for (const after of [foreignFile?.id, foreign().patientId, '00000000-0000-0000-0000-000000000000']) {
      for (const role of ['hospital_admin', 'nurse', 'patient'] as const) {
        const answer = await attacker.as(role, 'patients.list', { after, limit: 200 })
        expect(JSON.stringify(answer)).not.toContain('Fremdhaus')
      }
    }
  })

  it('make oneself the parent of a patient: the relation is granted by who sees or is the patient, never claimed', async () => {
    const claim = { patientId: foreign().patientId, email: 'eve@example.org', relation: 'parent' }
    const invitations = () => attacker.count('invitation', 'patient_id = $1', [foreign().patientId])
    const before = await invitations()
    expect(await attacker.fateAs('hospital_admin', 'patients.inviteLogin', claim)).toBe('not_found')
    expect(await attacker.fateAs('patient', 'patients.inviteLogin', claim)).toBe('not_found')
    const self = { ...claim, patientId: own().patientId, relation: 'self' }
    expect(await attacker.fateAs('patient', 'patients.inviteLogin', self)).toBe('forbidden')
    expect(await attacker.fate('patients.inviteLogin', claim)).toBe('unauthenticated')
    expect(await invitations()).toBe(before)
  })

  it('read as a patient what belongs to another patient, by any procedure', async () => {
    const { patientId } = neighbours()
    for (const path of [
      'patients.get',
      'patients.history',
      'vitals.latest',
      'vitals.summary',
      'vitals.history',
      'admissions.ofPatient',
    ]) {
      expect({ path, fate: await attacker.fateAs('patient', path, { patientId }) }).toEqual({ path, fate: 'not_found' })
    }
    const listed = await attacker.as('patient', 'patients.list', {})
    expect(dataOf(listed)['items']).toHaveLength(1)
  })

  it('tell by the answer whether an id is somebody’s: every resource answers as if it were not there', async () => {
    for (const [path, key, id] of [
      ['patients.get', 'patientId', foreign().patientId],
      ['alarms.get', 'alarmId', foreign().alarmId],
      ['careTeam.end', 'id', foreign().careTeamMemberId],
      ['hospitals.endMembership', 'membershipId', foreign().membershipId],
    ] as const) {
      const role = path === 'alarms.get' ? 'doctor' : 'hospital_admin'
      const known = await attacker.as(role, path, { [key]: id })
      const unknown = await attacker.as(role, path, { [key]: uuidv7() })
      expect(anonymised(known)).toEqual(anonymised(unknown))
    }
  })

  it('override the id in the path with one in the query or the body', async () => {
    const token = await world.tokenOf('patient')
    const { patientId } = own()
    const answer = await attacker.rest('GET', `/patients/${patientId}?patientId=${foreign().patientId}`, { token })
    expect(JSON.parse(answer.text)).toMatchObject({ id: patientId, familyName: 'Nahestehend' })
    const twice = await attacker.rest('GET', `/patients/${foreign().patientId}?patientId=${patientId}`, { token })
    expect(twice.status).toBe(404)
    const nurse = await world.tokenOf('nurse')
    const version = { version: 1, givenName: 'Changed', patientId }
    const patched = await attacker.rest('PATCH', `/patients/${neighbours().patientId}`, { token: nurse, json: version })
    expect(patched.status).toBe(404)
    expect(await attacker.count('patient', `given_name = 'Changed'`)).toBe(0)
  })

  it('act as a membership or a patient one does not hold', async () => {
    for (const id of [
      membershipOf(world.elsewhere.admin),
      neighbours().patientId,
      foreign().patientId,
      userOf(world.elsewhere.admin),
    ]) {
      for (const role of ['patient', 'nurse', 'hospital_admin'] as const) {
        const answer = await attacker.as(role, 'patients.list', {}, { 'x-acting-as': id })
        expect(codeOf(answer)).toBe('not_found')
        expect(anonymised(answer)).toEqual(
          anonymised(await attacker.as(role, 'patients.list', {}, { 'x-acting-as': uuidv7() })),
        )
      }
    }
  })
})
