import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { membershipOf, patientActor, type TestHospital, testHospital, testPassword } from '../../test/hospital.ts'
import { inviteStaff } from '../../test/invite.ts'
import { Login } from '../../test/login.ts'
import { everyone } from '../../test/people.ts'
import { Viewer } from '../../test/viewer.ts'
import { listAdmitted } from '../admissions/list-admissions.ts'
import { listAlarms } from '../alarms/alarms.ts'
import { raiseEmergency } from '../alarms/raise-emergency.ts'
import { acknowledgeAlarm } from '../alarms/respond-to-alarm.ts'
import { assignCareTeam, endCareTeam } from '../care-team/care-team.ts'
import { endMembership } from '../hospitals/end-membership.ts'
import { createWard } from '../hospitals/wards.ts'
import { acceptInvitation } from '../identity/accept-invitation.ts'
import type { Ctx } from '../kernel/context.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { type AlarmsFrame, watchAlarms } from '../live/watch-alarms.ts'
import { watchPatient, type PatientFrame } from '../live/watch-patient.ts'
import { watchWard, type WardFrame } from '../live/watch-ward.ts'
import { getHistory, getPatient } from '../patients/get-patient.ts'
import { listPatients } from '../patients/list-patients.ts'
import { type Actor, anonymous } from '../policy/actor.ts'
import { readLatest, readWard } from '../vitals/read-bedside.ts'
import { giveDirective, type GiveDirectiveInput } from './give-directive.ts'
import { listDirectives } from './list-directives.ts'
import { withdrawDirective } from './withdraw-directive.ts'

let hospital: TestHospital
let elsewhere: TestHospital
let nurse: Actor
beforeAll(async () => {
  hospital = await testHospital()
  elsewhere = await testHospital()
  nurse = await hospital.hire('nurse')
  await assignCareTeam(hospital.as(hospital.admin), {
    membershipId: membershipOf(nurse),
    charge: { wardId: hospital.wardId },
  })
})
afterAll(async () => {
  await hospital[Symbol.asyncDispose]()
  await elsewhere[Symbol.asyncDispose]()
})

const as = (actor: Actor, purpose?: Ctx['purpose']): Ctx => ({ ...hospital.as(actor), purpose })
const absent = { code: 'not_found', details: { resource: 'patient' } }
type Wish = Omit<GiveDirectiveInput, 'patientId' | 'purposes'> & Partial<Pick<GiveDirectiveInput, 'purposes'>>
const direct = (patientId: string, wish: Wish) =>
  giveDirective(hospital.as(patientActor(patientId)), { purposes: ['treatment'], ...wish, patientId })
const named = (actor: Actor) => ({ kind: 'membership', membershipId: membershipOf(actor) }) as const
const house = () => ({ kind: 'hospital', hospitalId: hospital.hospitalId }) as const
const listed = async (ctx: Ctx) => (await listPatients(ctx, everyone)).items.map(({ id }) => id)

describe('a patient who denies a nurse by name', () => {
  it('is nobody to that nurse: in records, lists, searches, boards and alarms; and still there for the others', async () => {
    const { patientId } = await hospital.admit({ familyName: 'Verborgen' })
    await raiseEmergency(hospital.as(hospital.nurse), { patientId })
    await direct(patientId, { effect: 'deny', recipient: named(nurse) })
    for (const read of [getPatient, getHistory, readLatest]) {
      await expect(read(as(nurse), { patientId })).rejects.toMatchObject(absent)
      await read(as(hospital.nurse), { patientId })
    }
    const seen = async (actor: Actor) => ({
      list: (await listed(as(actor))).includes(patientId),
      name: (await listPatients(as(actor), { ...everyone, name: 'Verborgen' })).items.length,
      stays: (await listAdmitted(as(actor), { after: null, limit: 500 })).items.some(
        (stay) => stay.patientId === patientId,
      ),
      board: (await readWard(as(actor), { wardId: hospital.wardId })).some((tile) => tile.patientId === patientId),
      alarms: (
        await listAlarms(as(actor), { patientId: null, openOnly: true, since: null, after: null, limit: 500 })
      ).items.some((alarm) => alarm.patientId === patientId),
    })
    expect(await seen(nurse)).toEqual({ list: false, name: 0, stays: false, board: false, alarms: false })
    expect(await seen(hospital.nurse)).toEqual({ list: true, name: 1, stays: true, board: true, alarms: true })
  })

  it('is nobody to them in another place at the hospital neither: who leaves and is invited again is the same person', async () => {
    const { patientId } = await hospital.admit()
    const login = await Login.join(hospital)
    const actor = await login.actor()
    const admin = hospital.as(hospital.admin)
    const charge = { wardId: hospital.wardId }
    await assignCareTeam(admin, { membershipId: membershipOf(actor), charge })
    const reference = 'Binder 7'
    const directive = {
      patientId,
      effect: 'deny',
      purposes: ['treatment'],
      recipient: named(actor),
      reference,
    } as const
    const { ids } = await giveDirective(hospital.as(hospital.nurse), directive)
    const until = new Date(hospital.clock.now.getTime() + 3_600_000).toISOString()
    await direct(patientId, {
      effect: 'permit',
      purposes: ['research'],
      recipient: named(actor),
      effectiveUntil: until,
    })
    await endMembership(admin, { membershipId: membershipOf(actor) })
    const { token } = await inviteStaff(admin, { email: login.email, role: 'nurse' })
    await acceptInvitation(hospital.as(anonymous), { token, name: 'Back', password: testPassword })
    await login.signIn()
    const back = await login.actor()
    await assignCareTeam(admin, { membershipId: membershipOf(back), charge })
    await expect(getPatient(as(back), { patientId })).rejects.toMatchObject(absent)
    const standing = await listDirectives(hospital.as(patientActor(patientId)), { patientId, include: 'standing' })
    const ofBack = standing.filter(
      ({ recipient }) => recipient.kind === 'membership' && recipient.membershipId === membershipOf(back),
    )
    expect(ofBack).toMatchObject([{ effect: 'deny', basis: 'written', reference }])
    expect(standing.map(({ id }) => id)).not.toContain(ids[0])
  })

  it('is not found by calling it something else', async () => {
    const { patientId } = await hospital.admit()
    await direct(patientId, { effect: 'deny', recipient: named(nurse) })
    for (const purpose of ['care-coordination', 'quality', 'export', 'research', 'ai-assistance'] as const) {
      await expect(getPatient(as(nurse, purpose), { patientId })).rejects.toMatchObject(absent)
      expect(await listed(as(nurse, purpose))).not.toContain(patientId)
    }
    for (const purpose of ['administration', 'billing', 'own'] as const) {
      await expect(getPatient(as(nurse, purpose), { patientId })).rejects.toMatchObject({
        code: 'invalid',
        details: { field: 'purpose' },
      })
    }
  })
})

describe('a patient who denies the hospital, or a role in it', () => {
  it('hides the record from the team, never the monitor and the alarms of a bed they answer for', async () => {
    for (const recipient of [house(), { kind: 'role', hospitalId: hospital.hospitalId, role: 'nurse' } as const]) {
      const { patientId } = await hospital.admit()
      await direct(patientId, { effect: 'deny', recipient })
      await expect(getPatient(as(nurse), { patientId })).rejects.toMatchObject(absent)
      await expect(getHistory(as(nurse), { patientId })).rejects.toMatchObject(absent)
      expect(await listed(as(nurse))).not.toContain(patientId)
      expect(await readLatest(as(nurse), { patientId })).toMatchObject({ patientId })
      expect((await readWard(as(nurse), { wardId: hospital.wardId })).map((tile) => tile.patientId)).toContain(
        patientId,
      )
      const { id } = await raiseEmergency(as(nurse), { patientId })
      expect(await acknowledgeAlarm(as(nurse), { alarmId: id })).toMatchObject({ status: 'acknowledged' })
    }
  })

  it('leaves administration its beds, and shows it the file for administration alone', async () => {
    const { patientId } = await hospital.admit()
    await direct(patientId, { effect: 'deny', recipient: house() })
    await expect(getPatient(as(hospital.admin), { patientId })).rejects.toMatchObject(absent)
    expect(await getPatient(as(hospital.admin, 'administration'), { patientId })).toMatchObject({ id: patientId })
  })
})

describe('an alarm', () => {
  it('is not lost to everybody: who is named sees it again when nobody else is left to answer', async () => {
    const admin = hospital.as(hospital.admin)
    const [first, second] = [await hospital.hire('nurse'), await hospital.hire('nurse')]
    const { patientId } = await elsewhereInTheHouse()
    const places: string[] = []
    for (const actor of [first, second]) {
      places.push((await assignCareTeam(admin, { membershipId: membershipOf(actor), charge: { patientId } })).id)
    }
    const { id } = await raiseEmergency(as(first), { patientId })
    await direct(patientId, { effect: 'deny', recipient: named(first) })
    await expect(acknowledgeAlarm(as(first), { alarmId: id })).rejects.toMatchObject({ code: 'not_found' })
    await using stream = await new Viewer<AlarmsFrame>((options) =>
      watchAlarms(as(first), { cursor: null }, options),
    ).begun()
    expect(stream.frames[0]?.open).toEqual([])
    await endCareTeam(admin, { id: places[1] ?? '' })
    await stream.sees(() => stream.frames.some(({ open }) => open?.some((alarm) => alarm.id === id)), 2_000)
    expect(await acknowledgeAlarm(as(first), { alarmId: id })).toMatchObject({ status: 'acknowledged' })
    // The record stays closed.
    await expect(getHistory(as(first), { patientId })).rejects.toMatchObject(absent)
  })
})

/** A patient in a ward that nobody cares for yet. */
async function elsewhereInTheHouse() {
  const { id: wardId } = await createWard(hospital.as(hospital.admin), { name: `Ward ${uuidv7()}` })
  return hospital.admit({ wardId })
}

describe('running streams', () => {
  it('of the patient end, and boards and alarms drop the patient, within two seconds; and all come back', async () => {
    const { patientId } = await hospital.admit()
    await using board = await new Viewer<WardFrame>((options) =>
      watchWard(as(nurse), { wardId: hospital.wardId, cursor: null }, options),
    ).begun()
    await using single = await new Viewer<PatientFrame>((options) =>
      watchPatient(as(nurse), { patientId, cursor: null }, options),
    ).begun()
    await using alarms = await new Viewer<AlarmsFrame>((options) =>
      watchAlarms(as(nurse), { cursor: null }, options),
    ).begun()
    expect(board.frames[0]?.tiles.map((tile) => tile.patientId)).toContain(patientId)
    const { ids } = await direct(patientId, { effect: 'deny', recipient: named(nurse) })
    await single.sees(() => single.end !== undefined, 2_000)
    expect(single.end).toMatchObject({ code: 'not_found' })
    await board.sees(() => board.frames.length > 1, 2_000)
    expect(board.frames.at(-1)).toMatchObject({ kind: 'board' })
    expect(board.frames.at(-1)?.tiles.map((tile) => tile.patientId)).not.toContain(patientId)
    const until = board.frames.length
    await raiseEmergency(as(hospital.nurse), { patientId })
    await hospital.admit()
    await board.sees(() => board.frames.slice(until).some(({ tiles }) => tiles.length > 0))
    expect(JSON.stringify(board.frames.slice(until))).not.toContain(patientId)
    expect(JSON.stringify(alarms.frames)).not.toContain(`${patientId}","rule`)
    await withdrawDirective(hospital.as(patientActor(patientId)), { id: ids[0] ?? '' })
    await board.sees(() => board.frames.at(-1)?.tiles.some((tile) => tile.patientId === patientId) === true, 2_000)
    await alarms.sees(
      () => alarms.frames.some(({ open }) => open?.some((alarm) => alarm.patientId === patientId)),
      2_000,
    )
  })
})

describe('directives', () => {
  it('for what is denied by default open it, to whom they name and from when they say', async () => {
    const { patientId } = await hospital.admit()
    const research = () => as(hospital.doctor, 'research')
    await expect(getPatient(research(), { patientId })).rejects.toMatchObject(absent)
    expect(await listed(research())).toEqual([])
    const from = new Date(hospital.clock.now.getTime() + 60_000).toISOString()
    const until = new Date(hospital.clock.now.getTime() + 120_000).toISOString()
    await direct(patientId, {
      effect: 'permit',
      purposes: ['research'],
      recipient: named(hospital.doctor),
      effectiveFrom: from,
      effectiveUntil: until,
    })
    await expect(getPatient(research(), { patientId })).rejects.toMatchObject(absent)
    hospital.clock.advance(60)
    expect(await getPatient(research(), { patientId })).toMatchObject({ id: patientId })
    expect(await listed(research())).toEqual([patientId])
    await expect(getPatient(as(nurse, 'research'), { patientId })).rejects.toMatchObject(absent)
    hospital.clock.advance(60)
    await expect(getPatient(research(), { patientId })).rejects.toMatchObject(absent)
  })

  it('the most specific wins', async () => {
    const { patientId } = await hospital.admit()
    await direct(patientId, { effect: 'deny', recipient: { kind: 'everybody' } })
    await direct(patientId, { effect: 'permit', recipient: named(nurse) })
    expect(await getPatient(as(nurse), { patientId })).toMatchObject({ id: patientId })
    await expect(getPatient(as(hospital.doctor), { patientId })).rejects.toMatchObject(absent)
  })

  it('a permission for two weeks interrupts a denial, which holds again after it', async () => {
    const { patientId } = await hospital.admit()
    await direct(patientId, { effect: 'deny', recipient: house() })
    const until = new Date(hospital.clock.now.getTime() + 14 * 86_400_000).toISOString()
    await direct(patientId, { effect: 'permit', recipient: house(), effectiveUntil: until })
    expect(await getPatient(as(nurse), { patientId })).toMatchObject({ id: patientId })
    hospital.clock.advance(14 * 86_400)
    await expect(getPatient(as(nurse), { patientId })).rejects.toMatchObject(absent)
    const all = await listDirectives(hospital.as(patientActor(patientId)), { patientId, include: 'all' })
    expect(all.map(({ effect, supersededAt }) => `${effect} ${supersededAt === null}`).sort()).toEqual([
      'deny false',
      'deny true',
      'permit true',
    ])
  })

  it('given at once for the same recipient leave one that holds', async () => {
    const { patientId } = await hospital.admit()
    await Promise.all(
      Array.from({ length: 6 }, (_, turn) =>
        direct(patientId, { effect: turn % 2 === 0 ? 'deny' : 'permit', recipient: house() }),
      ),
    )
    const standing = await listDirectives(hospital.as(patientActor(patientId)), { patientId, include: 'standing' })
    expect(standing).toHaveLength(1)
  })

  it('are given by the patient, a parent or a guardian; by others never', async () => {
    const { patientId } = await hospital.admit()
    const wish = { patientId, effect: 'deny', purposes: ['research'], recipient: { kind: 'everybody' } } as const
    for (const relation of ['self', 'parent', 'guardian']) {
      expect(await giveDirective(hospital.as(patientActor(patientId, relation)), wish)).toMatchObject({
        ids: [expect.any(String)],
      })
    }
    for (const relation of ['child', 'spouse', 'other']) {
      await expect(giveDirective(hospital.as(patientActor(patientId, relation)), wish)).rejects.toMatchObject({
        code: 'forbidden',
      })
    }
    const { patientId: other } = await hospital.admit()
    await expect(giveDirective(hospital.as(patientActor(other)), wish)).rejects.toMatchObject(absent)
  })

  it('are recorded by staff on the patient’s written word, for their own hospital alone', async () => {
    const { patientId } = await hospital.admit()
    const wish = { patientId, effect: 'deny', purposes: ['billing'], recipient: house() } as const
    await expect(giveDirective(as(nurse), wish)).rejects.toMatchObject({
      code: 'invalid',
      details: { field: 'reference' },
    })
    const reference = 'Form 7, signed, shelf 12'
    const { ids } = await giveDirective(as(nurse), { ...wish, reference })
    expect(await listDirectives(as(nurse), { patientId, include: 'standing' })).toMatchObject([
      { id: ids[0], basis: 'written', reference, recipient: house() },
    ])
    const [stored] = await hospital.db.sql<{ text: string }>({
      text: `select encode(reference_cipher, 'escape') as text from consent_directive where id = $1`,
      values: [ids[0]],
    })
    expect(stored?.text).not.toContain('Form 7')
    await expect(
      giveDirective(as(nurse), { ...wish, reference, recipient: { kind: 'everybody' } }),
    ).rejects.toMatchObject({ code: 'invalid', details: { field: 'recipient' } })
  })

  it('of one hospital are not shown to another, nor withdrawn by it', async () => {
    const { patientId } = await hospital.admit()
    const { ids } = await direct(patientId, { effect: 'deny', recipient: named(nurse) })
    const stranger = elsewhere.as(elsewhere.admin)
    await expect(listDirectives(stranger, { patientId, include: 'all' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(withdrawDirective(stranger, { id: ids[0] ?? '', reference: 'x' })).rejects.toMatchObject({
      code: 'not_found',
      details: { resource: 'directive' },
    })
  })

  it('are never changed nor deleted, by the owner of the database neither', async () => {
    for (const text of [
      'delete from consent_directive',
      `update consent_directive set effect = 'permit'`,
      'update consent_directive set superseded_at = null where superseded_at is not null',
      'truncate consent_directive',
    ]) {
      await expect(hospital.db.sql({ text })).rejects.toMatchObject({ code: '42501' })
    }
  })

  it('stand in the audit log with the purpose of every read', async () => {
    const { patientId } = await hospital.admit()
    await getPatient(as(nurse, 'care-coordination'), { patientId })
    await direct(patientId, { effect: 'deny', recipient: house() })
    const rows = await hospital.db.sql<{ action: string; purpose: string }>({
      text: `select action, purpose from audit_entry where $1 = any(patient_ids) and action in ('patient.read', 'consent.give') order by action desc`,
      values: [patientId],
    })
    expect(rows).toEqual([
      { action: 'patient.read', purpose: 'care-coordination' },
      { action: 'consent.give', purpose: 'own' },
    ])
  })
})
