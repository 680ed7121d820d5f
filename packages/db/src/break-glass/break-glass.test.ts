import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { membershipOf, patientActor, type TestHospital, testHospital, testPassword } from '../../test/hospital.ts'
import { inviteStaff } from '../../test/invite.ts'
import { Viewer } from '../../test/viewer.ts'
import { raiseEmergency } from '../alarms/raise-emergency.ts'
import { acknowledgeAlarm } from '../alarms/respond-to-alarm.ts'
import { whoReadMe } from '../audit/who-read-me.ts'
import { giveDirective } from '../consent/give-directive.ts'
import { endMembership } from '../hospitals/end-membership.ts'
import { updateStaff } from '../hospitals/update-staff.ts'
import { acceptInvitation } from '../identity/accept-invitation.ts'
import type { Ctx } from '../kernel/context.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { type BreakGlassFrame, watchBreakGlass } from '../live/watch-break-glass.ts'
import { type PatientFrame, watchPatient } from '../live/watch-patient.ts'
import { getHistory, getPatient } from '../patients/get-patient.ts'
import { listPatients } from '../patients/list-patients.ts'
import { updatePatient } from '../patients/update-patient.ts'
import { type Actor, anonymous } from '../policy/actor.ts'
import { closeBreakGlass, revokeBreakGlass } from './end-break-glass.ts'
import { listBreakGlass, myBreakGlass } from './list-break-glass.ts'
import { openBreakGlass as openAsItStands, type OpenBreakGlassInput } from './open-break-glass.ts'
import { appointPrivacyOfficer, endPrivacyOfficer, listPrivacyOfficers } from './privacy-officers.ts'
import { acknowledgeBreakGlass, reviewBreakGlass } from './review-break-glass.ts'
import { setBreakGlassMinutes } from './settings.ts'

let hospital: TestHospital
/** Of the house, caring for nobody. */
let doctor: Actor
beforeAll(async () => {
  hospital = await testHospital()
  doctor = await hospital.hire('doctor')
})
afterAll(() => hospital[Symbol.asyncDispose]())

const admin = () => hospital.as(hospital.admin)
const absent = { code: 'not_found', details: { resource: 'patient' } }
const all = { state: 'all', after: null, limit: 200 } as const
const input = (patientId: string): OpenBreakGlassInput => ({
  patient: { patientId },
  reason: 'emergency',
  explanation: 'Found on the stairs, unresponsive',
})
const open = (patientId: string, actor = doctor) => openBreakGlass(hospital.as(actor), input(patientId))
/** As if the actor had just proved who they are, wherever the test's clock stands. */
const prove = async (actor: Actor) => {
  if (actor.kind !== 'user') return
  await hospital.db.sql({
    text: 'update session set stepped_up_at = $2 where user_id = $1',
    values: [actor.userId, hospital.clock.now],
  })
}
const openBreakGlass = async (ctx: Ctx, asked: OpenBreakGlassInput) => {
  await prove(ctx.actor)
  return openAsItStands(ctx, asked)
}
/** As if the last proof of who they are were longer ago than it counts. */
const letStepUpAge = (actor: Actor) =>
  hospital.db.sql({
    text: `update session set stepped_up_at = '2000-01-01' where user_id = $1`,
    values: [actor.kind === 'user' ? actor.userId : null],
  })
const notice = async (id: string) => (await listBreakGlass(admin(), all)).items.find((item) => item.id === id)

describe('break-glass', () => {
  it('opens one record for an hour, for reading and for answering alarms; and nothing else', async () => {
    const { patientId } = await hospital.admit()
    const { patientId: other } = await hospital.admit()
    const { id: alarmId } = await raiseEmergency(hospital.as(hospital.nurse), { patientId })
    const as = () => hospital.as(doctor)
    await expect(getPatient(as(), { patientId })).rejects.toMatchObject(absent)
    const { id, expiresAt } = await open(patientId)
    expect(Date.parse(expiresAt) - hospital.clock.now.getTime()).toBe(3_600_000)
    expect(await getPatient(as(), { patientId })).toMatchObject({ id: patientId })
    await getHistory(as(), { patientId })
    expect(await acknowledgeAlarm(as(), { alarmId })).toMatchObject({ status: 'acknowledged' })
    await expect(updatePatient(as(), { patientId, version: 1, givenName: 'Eva' })).rejects.toMatchObject(absent)
    await expect(getPatient(as(), { patientId: other })).rejects.toMatchObject(absent)
    await expect(getPatient(hospital.as(await hospital.hire('doctor')), { patientId })).rejects.toMatchObject(absent)
    const list = await listPatients(as(), { wardId: null, after: null, limit: 200 })
    expect(list.items).toEqual([])
    expect(await myBreakGlass(as())).toEqual([{ id, patientId, expiresAt }])
    for (const purpose of ['research', 'export'] as const) {
      await expect(getPatient({ ...as(), purpose }, { patientId })).rejects.toMatchObject(absent)
    }
    hospital.clock.advance(3_600)
    await expect(getPatient(as(), { patientId })).rejects.toMatchObject(absent)
    expect(await notice(id)).toMatchObject({ end: 'expired', endedAt: expiresAt })
    expect(await open(patientId)).not.toMatchObject({ id })
  })

  it('marks every access, and the patient sees who it was', async () => {
    const { patientId } = await hospital.admit()
    const { id } = await open(patientId)
    await getPatient(hospital.as(doctor), { patientId })
    await getPatient(hospital.as(hospital.nurse), { patientId })
    const marked = await hospital.db.sql<{ action: string; grant: string | null }>({
      text: `select action, detail->>'breakGlass' "grant" from audit_entry
              where $1 = any(patient_ids) and action in ('break-glass.open', 'patient.read') order by seq`,
      values: [patientId],
    })
    expect(marked).toEqual([
      { action: 'break-glass.open', grant: id },
      { action: 'patient.read', grant: id },
      { action: 'patient.read', grant: null },
    ])
    const seen = await whoReadMe(hospital.as(patientActor(patientId)), {
      from: null,
      until: null,
      include: 'others',
      after: null,
      limit: 100,
    })
    const reads = seen.items.filter(({ action }) => action === 'patient.read')
    expect(reads.map(({ role, isBreakGlass, purpose }) => ({ role, isBreakGlass, purpose }))).toEqual([
      { role: 'nurse', isBreakGlass: false, purpose: 'treatment' },
      { role: 'doctor', isBreakGlass: true, purpose: 'treatment' },
    ])
    expect(await notice(id)).toMatchObject({ accesses: 1, explanation: 'Found on the stairs, unresponsive' })
  })

  it('opens what a directive denies, and says that one stood against it', async () => {
    const { patientId } = await hospital.admit()
    const recipient = { kind: 'membership', membershipId: membershipOf(hospital.nurse) } as const
    await giveDirective(hospital.as(patientActor(patientId)), {
      patientId,
      effect: 'deny',
      purposes: ['treatment'],
      recipient,
    })
    await expect(getHistory(hospital.as(hospital.nurse), { patientId })).rejects.toMatchObject(absent)
    const { id } = await open(patientId, hospital.nurse)
    await getHistory(hospital.as(hospital.nurse), { patientId })
    expect(await notice(id)).toMatchObject({ againstDirective: true })
  })

  it('is found by the record number on the wristband', async () => {
    const { patientId, mrn } = await hospital.admit()
    const { patientId: found } = await openBreakGlass(hospital.as(doctor), { ...input(patientId), patient: { mrn } })
    expect(found).toBe(patientId)
  })

  it('needs a proof of who asks, a registered patient, a doctor or nurse, and a record that is closed; each refusal is on record', async () => {
    const { patientId } = await hospital.admit()
    const refused = async (ctx: Ctx, wrong: Partial<OpenBreakGlassInput> = {}) =>
      openBreakGlass(ctx, { ...input(patientId), ...wrong }).then(
        () => 'opened',
        (error: { code: string }) => error.code,
      )
    await letStepUpAge(doctor)
    await expect(openAsItStands(hospital.as(doctor), input(patientId))).rejects.toMatchObject({
      code: 'step_up_required',
    })
    expect(await refused(hospital.as(doctor), { patient: { patientId: uuidv7() } })).toBe('not_found')
    expect(await refused(hospital.as(hospital.nurse))).toBe('conflict')
    await prove(hospital.admin)
    const others: Actor[] = []
    for (const role of ['viewer', 'front_desk', 'pharmacist', 'lab_technician', 'hospital_admin'] as const) {
      const other = await hospital.hire(role)
      expect(await refused(hospital.as(other))).toBe('forbidden')
      others.push(other)
    }
    await hospital.db.refusals.settled()
    const reasonsOf = async (actor: Actor) => {
      const rows = await hospital.db.sql<{ reason: string }>({
        text: `select detail->>'reason' reason from audit_entry where action = 'access.refused'
                and detail->>'action' = 'break-glass.open' and actor = $1 order by 1`,
        values: [`user:${actor.kind === 'user' ? actor.userId : ''}`],
      })
      return rows.map(({ reason }) => reason)
    }
    expect(await reasonsOf(doctor)).toEqual(['not_found', 'step_up_required'])
    for (const other of others) expect(await reasonsOf(other)).toEqual(['forbidden'])
  })

  it('asked for many times at once is opened once', async () => {
    const { patientId } = await hospital.admit()
    const made = await Promise.all(Array.from({ length: 3 }, () => open(patientId)))
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    expect((await listBreakGlass(admin(), all)).items.filter((item) => item.patientId === patientId)).toHaveLength(1)
  })

  it('ends when its holder closes it; what runs on it ends within two seconds when an officer revokes it', async () => {
    const { patientId } = await hospital.admit()
    const { id } = await open(patientId)
    await expect(closeBreakGlass(hospital.as(hospital.doctor), { id })).rejects.toMatchObject({ code: 'not_found' })
    await closeBreakGlass(hospital.as(doctor), { id })
    await expect(getPatient(hospital.as(doctor), { patientId })).rejects.toMatchObject(absent)
    const again = await open(patientId)
    await using stream = await new Viewer<PatientFrame>((options) =>
      watchPatient(hospital.as(doctor), { patientId, cursor: null }, options),
    ).begun()
    await revokeBreakGlass(admin(), { id: again.id })
    await stream.sees(() => stream.end !== undefined, 2_000)
    expect(stream.end).toMatchObject({ code: 'not_found' })
  })

  it('lasts as long as the hospital says, five minutes to eight hours', async () => {
    const { patientId } = await hospital.admit()
    await setBreakGlassMinutes(admin(), { minutes: 15 })
    const { expiresAt } = await open(patientId)
    expect(Date.parse(expiresAt) - hospital.clock.now.getTime()).toBe(15 * 60_000)
    await expect(setBreakGlassMinutes(admin(), { minutes: 481 })).rejects.toThrow()
    await setBreakGlassMinutes(admin(), { minutes: 60 })
  })

  it('keeps the words of whoever opened and judged it unreadable in the database', async () => {
    const { patientId } = await hospital.admit()
    const { id } = await open(patientId)
    await reviewBreakGlass(admin(), { id, outcome: 'not-justified', note: 'A neighbour of hers' })
    const [row] = await hospital.db.sql<{ text: string }>({
      text: `select encode(explanation_cipher, 'escape') || encode(review_note_cipher, 'escape') as text
               from break_glass_grant where id = $1`,
      values: [id],
    })
    expect(row?.text).not.toMatch(/stairs|neighbour/)
    expect(await notice(id)).toMatchObject({ outcome: 'not-justified', reviewNote: 'A neighbour of hers' })
    await expect(reviewBreakGlass(admin(), { id, outcome: 'justified' })).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('privacy officers', () => {
  it('hear of it at once; administrators when nobody is appointed, else the appointed alone', async () => {
    const { patientId } = await hospital.admit()
    const officer = await hospital.hire('nurse')
    await expect(listBreakGlass(hospital.as(officer), all)).rejects.toMatchObject({ code: 'forbidden' })
    await using before = await new Viewer<BreakGlassFrame>((options) =>
      watchBreakGlass(admin(), { cursor: null }, options),
    ).begun()
    const { id } = await open(patientId)
    await before.sees(() =>
      before.frames.some(({ events }) => events.some(({ payload }) => payload['breakGlassId'] === id)),
    )
    const { id: appointment } = await appointPrivacyOfficer(admin(), { membershipId: membershipOf(officer) })
    await before.sees(() => before.end !== undefined, 2_000)
    expect(before.end).toMatchObject({ code: 'forbidden' })
    await expect(listBreakGlass(admin(), all)).rejects.toMatchObject({ code: 'forbidden' })
    await using stream = await new Viewer<BreakGlassFrame>((options) =>
      watchBreakGlass(hospital.as(officer), { cursor: null }, options),
    ).begun()
    expect(stream.frames[0]?.unseen?.map((unseen) => unseen.id)).toContain(id)
    await endPrivacyOfficer(admin(), { id: appointment })
    expect((await listBreakGlass(admin(), all)).items.length).toBeGreaterThan(0)
  })

  it('who can watch no more leave it to the others, and with the last of them to the administrators', async () => {
    const house = hospital.as(hospital.admin)
    const [nurse, desk] = [await hospital.hire('nurse'), await hospital.hire('front_desk')]
    const appointments = [
      await appointPrivacyOfficer(house, { membershipId: membershipOf(nurse) }),
      await appointPrivacyOfficer(house, { membershipId: membershipOf(desk) }),
    ]
    await updateStaff(house, { membershipId: membershipOf(nurse), role: 'viewer' })
    expect((await listPrivacyOfficers(house)).map(({ role }) => role)).toEqual(['front_desk'])
    await expect(listBreakGlass(house, all)).rejects.toMatchObject({ code: 'forbidden' })
    await hospital.db.sql({
      text: 'update app_user set disabled_at = now() where id = $1',
      values: [desk.kind === 'user' ? desk.userId : null],
    })
    expect(await listPrivacyOfficers(house)).toEqual([])
    expect((await listBreakGlass(house, all)).items.length).toBeGreaterThan(0)
    for (const { id } of appointments) await endPrivacyOfficer(house, { id })
  })

  it('do not judge what they opened themselves, in another place at the hospital neither', async () => {
    const opener = await hospital.hire('doctor')
    const email = `${uuidv7()}@example.org`
    await hospital.db.sql({
      text: 'update app_user set email_index = $2 where id = $1',
      values: [opener.kind === 'user' ? opener.userId : null, hospital.db.keys.blindIndex('email', email)],
    })
    const { patientId } = await hospital.admit()
    const { id } = await open(patientId, opener)
    await endMembership(admin(), { membershipId: membershipOf(opener) })
    const { token } = await inviteStaff(admin(), { email, role: 'doctor' })
    const { userId } = await acceptInvitation(hospital.as(anonymous), { token, name: 'Back', password: testPassword })
    const back = await hospital.actorOfUser(userId)
    const { id: appointment } = await appointPrivacyOfficer(admin(), { membershipId: membershipOf(back) })
    const own = { code: 'conflict' }
    await expect(acknowledgeBreakGlass(hospital.as(back), { id })).rejects.toMatchObject(own)
    await expect(reviewBreakGlass(hospital.as(back), { id, outcome: 'justified' })).rejects.toMatchObject(own)
    await endPrivacyOfficer(admin(), { id: appointment })
  })

  it('do not judge what they opened themselves', async () => {
    const { patientId } = await hospital.admit()
    const { id: appointment } = await appointPrivacyOfficer(admin(), { membershipId: membershipOf(doctor) })
    const { id } = await open(patientId)
    await expect(reviewBreakGlass(hospital.as(doctor), { id, outcome: 'justified' })).rejects.toMatchObject({
      code: 'conflict',
    })
    await endPrivacyOfficer(admin(), { id: appointment })
  })
})
