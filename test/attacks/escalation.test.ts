import { endMembership, uuidv7 } from '@chartwire/db'
import { membershipOf, testPassword } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

const ids = () => world.belongings['care-team'].ids
const newEmail = () => `${uuidv7()}@example.org`

describe('from a lower place, one cannot', () => {
  it('invite oneself as an administrator: only administrators invite', async () => {
    const before = await attacker.count('invitation')
    for (const role of [
      'doctor',
      'nurse',
      'viewer',
      'front_desk',
      'pharmacist',
      'lab_technician',
      'gateway',
      'patient',
    ] as const) {
      const fate = await attacker.fateAs(role, 'hospitals.invite', { email: newEmail(), role: 'hospital_admin' })
      expect({ role, fate }).toEqual({ role, fate: 'forbidden' })
    }
    expect(await attacker.fate('hospitals.invite', { email: newEmail(), role: 'hospital_admin' })).toBe(
      'unauthenticated',
    )
    expect(await attacker.count('invitation')).toBe(before)
  })

  it('become what no invitation makes: a gateway, a platform administrator, the system', async () => {
    for (const role of ['gateway', 'platform_admin', 'admin', 'system', 'root', '', null, ['hospital_admin']]) {
      expect(await attacker.fateAs('hospital_admin', 'hospitals.invite', { email: newEmail(), role })).toBe('invalid')
    }
  })

  it('choose one’s own role when accepting an invitation', async () => {
    const email = newEmail()
    const { token } = dataOf(await attacker.as('hospital_admin', 'hospitals.invite', { email, role: 'viewer' }))
    const accept = { token, name: 'Eve', password: testPassword }
    for (const extra of [
      { role: 'hospital_admin' },
      { hospitalId: world.elsewhere.hospitalId },
      { email: newEmail() },
    ]) {
      expect(await attacker.fate('identity.acceptInvitation', { ...accept, ...extra })).toBe('invalid')
    }
    const { userId } = dataOf(await attacker.call('identity.acceptInvitation', accept))
    const [held] = await attacker.sql<{ role: string }>('select role from membership where user_id = $1', [userId])
    expect(held?.role).toBe('viewer')
    const [entry] = await attacker.sql<{ detail: { role: string } }>(
      `select detail from audit_entry where action = 'invitation.accept' order by at desc, seq desc limit 1`,
    )
    expect(entry?.detail.role).toBe('viewer')
  })

  it('join a hospital by typing its name', async () => {
    const [elsewhere] = await attacker.sql<{ name: string }>('select name from hospital where id = $1', [
      world.elsewhere.hospitalId,
    ])
    const again = {
      hospital: { name: elsewhere?.name ?? '', timeZone: 'UTC' },
      admin: { name: 'Eve', email: newEmail(), password: testPassword },
    }
    const members = () => attacker.count('membership', 'hospital_id = $1', [world.elsewhere.hospitalId])
    const before = await members()
    expect(await attacker.fate('hospitals.signUp', again)).toBe('conflict')
    expect(await members()).toBe(before)
  })

  it('give oneself more with fields that the form does not have', async () => {
    const patient = { givenName: 'Eva', familyName: 'Masse', birthDate: '1980-01-01', sex: 'female' }
    const extras = [
      { id: ids().patientId },
      { hospitalId: world.elsewhere.hospitalId },
      { hospital_id: world.elsewhere.hospitalId },
      { createdAt: '2000-01-01T00:00:00Z' },
      { version: 99 },
      { historyCipher: 'AA==' },
      { removedAt: null },
      { isAdmin: true },
      { $set: { role: 'hospital_admin' } },
    ]
    for (const extra of extras) {
      expect(await attacker.fateAs('nurse', 'patients.register', { ...patient, ...extra })).toBe('invalid')
      const update = { patientId: ids().patientId, givenName: 'Mass', ...extra }
      expect(await attacker.fateAs('nurse', 'patients.update', { ...update, version: 'x' })).toBe('invalid')
    }
    const admin = { name: 'Eve', email: newEmail(), password: testPassword }
    const signUp = { hospital: { name: 'Mass', timeZone: 'UTC' }, admin }
    expect(await attacker.fate('hospitals.signUp', { ...signUp, admin: { ...admin, isPlatformAdmin: true } })).toBe(
      'invalid',
    )
    expect(
      await attacker.fate('hospitals.signUp', {
        ...signUp,
        hospital: { ...signUp.hospital, id: world.elsewhere.hospitalId },
      }),
    ).toBe('invalid')
    expect(await attacker.count('patient', `family_name = 'Masse'`)).toBe(0)
  })

  it('say in a header who one is', async () => {
    const admin = userOf(world.server.hospital.admin)
    for (const headers of [
      { 'x-user-id': admin },
      { 'x-user': admin, 'x-role': 'hospital_admin' },
      { 'x-forwarded-user': admin },
      { 'x-acting-as': membershipOf(world.server.hospital.admin) },
      { authorization: `Basic ${btoa(`${admin}:`)}` },
      { authorization: `Bearer ${admin}` },
      { cookie: `user_id=${admin}; role=hospital_admin` },
    ]) {
      expect(await attacker.fate('patients.list', {}, { headers })).toBe('unauthenticated')
    }
  })

  it('take care of whom one likes: doctors bring colleagues only to patients they care for, and nobody to a ward', async () => {
    const doctor = world.actors.get('doctor')
    const membershipId = doctor ? membershipOf(doctor) : ''
    const { patientId, wardId } = world.belongings['same-hospital'].ids
    expect(await attacker.fateAs('doctor', 'careTeam.assign', { membershipId, charge: { patientId } })).toBe(
      'not_found',
    )
    expect(await attacker.fateAs('doctor', 'careTeam.assign', { membershipId, charge: { wardId } })).toBe('not_found')
    expect(await attacker.fateAs('doctor', 'careTeam.assign', { membershipId, charge: { wardId: ids().wardId } })).toBe(
      'forbidden',
    )
    expect(
      await attacker.fateAs('nurse', 'careTeam.assign', { membershipId, charge: { patientId: ids().patientId } }),
    ).toBe('forbidden')
    const both = { membershipId, charge: { patientId: ids().patientId, wardId } }
    expect(await attacker.fateAs('doctor', 'careTeam.assign', both)).toBe('invalid')
  })

  it('read or write a history as an administrator, who has no part in the care', async () => {
    const { patientId } = ids()
    expect(await attacker.fateAs('hospital_admin', 'patients.history', { patientId })).toBe('forbidden')
    expect(
      await attacker.fateAs('hospital_admin', 'patients.update', { patientId, version: 1, history: 'Healthy.' }),
    ).toBe('forbidden')
    expect(await attacker.fateAs('front_desk', 'patients.update', { patientId, version: 1, history: 'Healthy.' })).toBe(
      'forbidden',
    )
    expect(await attacker.fateAs('hospital_admin', 'vitals.latest', { patientId })).toBe('forbidden')
  })

  it('use a gateway’s credential, which lies in a cupboard of the ward, for anything but readings', async () => {
    const token = world.server.hospital.gatewayToken
    const { patientId, wardId, alarmId } = ids()
    for (const [path, input] of [
      ['patients.list', {}],
      ['patients.get', { patientId }],
      ['patients.history', { patientId }],
      ['vitals.latest', { patientId }],
      ['vitals.ward', { wardId }],
      ['alarms.acknowledge', { alarmId }],
      ['hospitals.staff', {}],
      ['hospitals.createGateway', { name: 'Another' }],
    ] as const) {
      expect({ path, fate: await attacker.fate(path, input, { token }) }).toEqual({ path, fate: 'forbidden' })
    }
    const rows = dataOf(await attacker.call('admissions.current', {}, { token }))
    expect(JSON.stringify(rows)).not.toContain('Nahestehend')
  })

  it('go on after one’s employment has ended, with the session that was open', async () => {
    const { hospital } = world.server
    const leaver = await hospital.hire('front_desk')
    const token = await attacker.tokenOfActor(leaver)
    expect(await attacker.fate('patients.list', {}, { token })).toBe('ok')
    const membershipId = membershipOf(leaver)
    await endMembership(hospital.as(hospital.admin), { membershipId })
    expect(await attacker.fate('patients.list', {}, { token })).toBe('forbidden')
    expect(await attacker.fate('patients.list', {}, { token, headers: { 'x-acting-as': membershipId } })).toBe(
      'not_found',
    )
    expect((await attacker.auditOf(membershipId)).at(-1)?.action).toBe('staff.end')
  })

  it('reach a change by a way that is meant for reading', async () => {
    const token = await world.tokenOf('hospital_admin')
    const input = encodeURIComponent(JSON.stringify({ name: 'By GET' }))
    const byGet = await attacker.send(`/trpc/hospitals.createWard?input=${input}`, { token })
    expect(byGet.status).toBe(405)
    for (const header of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      const nurse = await world.tokenOf('nurse')
      const { status } = await attacker.send(`/api/patients/${ids().patientId}`, {
        token: nurse,
        headers: { [header]: 'DELETE' },
      })
      expect(status).toBe(200)
    }
    expect(await attacker.count('ward', `name = 'By GET'`)).toBe(0)
    expect(await attacker.count('registration', 'patient_id = $1 and removed_at is null', [ids().patientId])).toBe(1)
  })

  it('reach a procedure by another spelling of its name', async () => {
    for (const path of [
      'patients.get%2F',
      'patients%2Eget',
      'Patients.get',
      'patients..get',
      'patients.get.',
      '__proto__',
      'constructor',
      'patients.__proto__',
      'patients.get%00',
      '_def',
      'patients',
    ]) {
      const { status, text } = await attacker.send(`/trpc/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ patientId: ids().patientId }),
      })
      // The second is the name itself, encoded: it asks for a session like any other.
      expect({ path, status }).toEqual({ path, status: path === 'patients%2Eget' ? 401 : 404 })
      expect(text).toContain(path === 'patients%2Eget' ? 'unauthenticated' : 'not_found')
    }
  })
})
