import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { freshAdmin } from '../../test/login.ts'
import { booked, inHours, registered, visitor } from '../../test/visits.ts'
import { endMembership } from '../hospitals/end-membership.ts'
import { getPatient } from '../patients/get-patient.ts'
import { erasePatient } from '../patients/record/erase-patient.ts'
import type { Actor } from '../policy/actor.ts'
import { cancelAppointment } from './cancel-appointment.ts'
import { changeAppointment } from './change-appointment.ts'
import { getAppointment } from './get-appointment.ts'
import { noteAppointment } from './note-appointment.ts'
import { rescheduleAppointment } from './reschedule-appointment.ts'
import { setAppointmentStatus } from './set-appointment-status.ts'
import { appointmentStatuses, type AppointmentStatus, nextStatuses } from './states.ts'

let hospital: TestHospital
let doctor: Actor
let hour = 24
let start: Date
beforeAll(async () => {
  hospital = await testHospital()
  start = hospital.clock.now
})
beforeEach(async () => {
  doctor = await hospital.hire('doctor')
})
afterEach(() => {
  hospital.clock.now = start
})
afterAll(() => hospital[Symbol.asyncDispose]())

const admin = () => hospital.as(hospital.admin)
const own = () => hospital.as(doctor)
const idOf = ({ id }: { id: string }) => ({ id })
const absent = { code: 'not_found' }

/** An appointment at an hour of its own. */
async function fresh(patientId?: string) {
  hour += 1
  const who = patientId ?? (await registered(hospital))
  return { patientId: who, ...(await booked(hospital, { doctor, patientId: who, startsAt: inHours(hospital, hour) })) }
}

/** As the desk, which does not lose sight of whom nobody treats any more. */
async function go({ id, version }: { id: string; version: number }, to: AppointmentStatus): Promise<number> {
  const done =
    to === 'cancelled' || to === 'scheduled'
      ? await cancelAppointment(admin(), { id, version })
      : await setAppointmentStatus(admin(), { id, version, status: to })
  return done.version
}

const ways: Record<AppointmentStatus, AppointmentStatus[]> = {
  scheduled: [],
  confirmed: ['confirmed'],
  in_progress: ['in_progress'],
  completed: ['in_progress', 'completed'],
  cancelled: ['cancelled'],
  no_show: ['no_show'],
}
const targets = appointmentStatuses.filter((status) => status !== 'scheduled')

describe('a state', () => {
  it.each(appointmentStatuses)('%s leads where the machine says, and nowhere else', async (from) => {
    for (const to of targets) {
      const patientId = await registered(hospital)
      const { id, ...made } = await booked(hospital, { doctor, patientId, startsAt: inHours(hospital, 1) })
      let { version } = made
      hospital.clock.advance(3_660)
      for (const step of ways[from]) version = await go({ id, version }, step)
      const after = await go({ id, version }, to).then(
        () => to,
        ({ code }: { code: string }) => code,
      )
      expect({ from, to, after }).toEqual({ from, to, after: nextStatuses[from].includes(to) ? to : 'conflict' })
      hospital.clock.advance(7_200)
    }
  })

  it('changes once: of two who read the same version one is told that it is stale', async () => {
    const { id, version } = await fresh()
    const tries = [
      cancelAppointment(admin(), { id, version }),
      setAppointmentStatus(admin(), { id, version, status: 'confirmed' }),
      rescheduleAppointment(admin(), { id, version, startsAt: inHours(hospital, 400) }),
    ]
    expect(outcomesOf(await Promise.allSettled(tries))).toEqual({ done: 1, codes: ['stale_version', 'stale_version'] })
  })

  it('no_show before its time, or in progress days before, is refused', async () => {
    const appointment = await fresh()
    for (const status of ['no_show', 'in_progress'] as const) {
      const early = setAppointmentStatus(own(), { id: appointment.id, version: 1, status })
      await expect(early).rejects.toMatchObject({ code: 'conflict', details: { field: 'status' } })
    }
  })

  it('is the doctor’s and the desk’s to change, not a colleague’s, a nurse’s or the patient’s', async () => {
    const { patientId, ctx } = await visitor(hospital)
    const { id, version } = await fresh(patientId)
    const confirm = { id, version, status: 'confirmed' } as const
    await expect(setAppointmentStatus(ctx, confirm)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(setAppointmentStatus(hospital.as(hospital.nurse), confirm)).rejects.toMatchObject({
      code: 'forbidden',
    })
    const colleague = hospital.as(hospital.doctor)
    await expect(setAppointmentStatus(colleague, confirm)).rejects.toMatchObject(absent)
    const desk = hospital.as(await hospital.hire('front_desk'))
    await setAppointmentStatus(desk, confirm)
    await changeAppointment(own(), { id, version: 2, mode: 'video', kind: 'follow_up' })
    expect(await getAppointment(ctx, { id })).toMatchObject({ status: 'confirmed', mode: 'video', kind: 'follow_up' })
  })
})

describe('cancelling', () => {
  it('removes nothing: who, when and why stay', async () => {
    const { patientId, ctx } = await visitor(hospital)
    const { id, version } = await fresh(patientId)
    await cancelAppointment(ctx, { id, version, reason: 'Feeling better' })
    expect(await getAppointment(ctx, { id })).toMatchObject({
      status: 'cancelled',
      cancelledAs: 'patient',
      cancelledAt: hospital.clock.now.toISOString(),
      cancellationReason: 'Feeling better',
    })
  })

  it('is the patient’s until it begins; afterwards the staff says what became of it', async () => {
    const { patientId, ctx } = await visitor(hospital)
    const { id, version } = await booked(hospital, { doctor, patientId, startsAt: inHours(hospital, 1) })
    hospital.clock.advance(3_601)
    await expect(cancelAppointment(ctx, { id, version })).rejects.toMatchObject({ code: 'conflict' })
    await cancelAppointment(admin(), { id, version })
  })

  it('of another patient’s appointment finds none', async () => {
    const { id, version } = await fresh()
    const { ctx } = await visitor(hospital)
    await expect(cancelAppointment(ctx, { id, version })).rejects.toMatchObject({
      code: 'not_found',
      details: { resource: 'appointment' },
    })
    await expect(getAppointment(ctx, { id })).rejects.toMatchObject(absent)
  })
})

describe('the place on the team that a booking made', () => {
  const sees = async (patientId: string) =>
    getPatient(own(), { patientId }).then(
      () => true,
      () => false,
    )

  it('ends with an appointment that never began, also for a doctor who cancels: the answer comes again all the same', async () => {
    const { id, version, patientId } = await fresh()
    expect(await sees(patientId)).toBe(true)
    const cancel = () =>
      cancelAppointment(
        { ...own(), idempotency: { key: `cancel-${id}`, procedure: 'test', inputHash: Buffer.from(id) } },
        { id, version },
      )
    const answer = await cancel()
    expect(await sees(patientId)).toBe(false)
    expect(await cancel()).toEqual(answer)
  })

  it('ends with a no-show, and stays when the patient was there', async () => {
    const missed = await booked(hospital, {
      doctor,
      patientId: await registered(hospital),
      startsAt: inHours(hospital, 1),
    })
    const patientId = await registered(hospital)
    const seen = await booked(hospital, { doctor, patientId, startsAt: inHours(hospital, 2) })
    hospital.clock.advance(7_300)
    await setAppointmentStatus(own(), { ...missed, status: 'no_show' })
    const { version } = await setAppointmentStatus(own(), { ...seen, status: 'in_progress' })
    await cancelAppointment(own(), { id: seen.id, version })
    expect(await sees(patientId)).toBe(true)
    await expect(getAppointment(own(), idOf(missed))).rejects.toMatchObject(absent)
  })

  it('goes over to the next appointment when the first is cancelled, and ends with that', async () => {
    const first = await fresh()
    const second = await fresh(first.patientId)
    await cancelAppointment(admin(), { id: first.id, version: 1 })
    expect(await sees(first.patientId)).toBe(true)
    await cancelAppointment(admin(), { id: second.id, version: 1 })
    expect(await sees(first.patientId)).toBe(false)
  })

  it('is not touched where the doctor had one before', async () => {
    const { patientId } = await hospital.admit()
    const { id, version } = await booked(hospital, {
      doctor: hospital.doctor,
      patientId,
      startsAt: inHours(hospital, 3),
    })
    await cancelAppointment(admin(), { id, version })
    expect(await getPatient(hospital.as(hospital.doctor), { patientId })).toMatchObject({ id: patientId })
  })

  it('follows a booking and a cancellation in the same moment: who is expected is seen', async () => {
    for (let round = 0; round < 4; round++) {
      const first = await fresh()
      hour += 1
      await Promise.all([
        cancelAppointment(admin(), { id: first.id, version: 1 }),
        booked(hospital, { doctor, patientId: first.patientId, startsAt: inHours(hospital, hour) }),
      ])
      expect(await sees(first.patientId)).toBe(true)
    }
  })
})

describe('rescheduling', () => {
  it('makes one that follows the other, with its words, on a time that may overlap the old', async () => {
    const { patientId, ctx } = await visitor(hospital)
    const startsAt = inHours(hospital, 500)
    const old = await booked(hospital, { doctor, patientId, startsAt, minutes: 60, reason: 'Cough', mode: 'audio' })
    await noteAppointment(own(), { ...old, doctorNote: 'Bring the old films' })
    const moved = await rescheduleAppointment(ctx, {
      id: old.id,
      version: 2,
      startsAt: new Date(Date.parse(startsAt) + 900_000).toISOString(),
    })
    expect(await getAppointment(own(), idOf(moved))).toMatchObject({
      status: 'scheduled',
      mode: 'audio',
      rescheduledFrom: old.id,
      reason: 'Cough',
      doctorNote: 'Bring the old films',
      endsAt: new Date(Date.parse(startsAt) + 4_500_000).toISOString(),
    })
    expect(await getAppointment(ctx, idOf(old))).toMatchObject({
      status: 'cancelled',
      cancelledAs: 'rescheduled',
      rescheduledTo: moved.id,
    })
    await cancelAppointment(ctx, moved)
    await expect(getPatient(own(), { patientId })).rejects.toMatchObject(absent)
  })

  it('onto a time that is taken leaves it as it was', async () => {
    const [one, two] = [await fresh(), await fresh()]
    const onto = rescheduleAppointment(admin(), { id: one.id, version: 1, startsAt: inHours(hospital, hour) })
    await expect(onto).rejects.toMatchObject({ code: 'slot_taken' })
    expect(await getAppointment(admin(), idOf(one))).toMatchObject({ status: 'scheduled', version: 1 })
    expect(await getAppointment(admin(), idOf(two))).toMatchObject({ status: 'scheduled' })
    const past = rescheduleAppointment(admin(), { id: one.id, version: 1, startsAt: inHours(hospital, -1) })
    await expect(past).rejects.toMatchObject({ code: 'invalid' })
  })

  it('of two onto one free time exactly one gets there, and neither loses its slot', async () => {
    const [one, two] = [await fresh(), await fresh()]
    const startsAt = inHours(hospital, 600)
    const tries = [one, two].map(({ id, version }) => rescheduleAppointment(admin(), { id, version, startsAt }))
    expect(outcomesOf(await Promise.allSettled(tries))).toEqual({ done: 1, codes: ['slot_taken'] })
    const states = await Promise.all([one, two].map(async (each) => (await getAppointment(admin(), idOf(each))).status))
    expect(states.sort()).toEqual(['cancelled', 'scheduled'])
  })

  it('to another doctor takes the place on the team along; a doctor does not push patients onto a colleague', async () => {
    const { id, version, patientId } = await fresh()
    const colleague = await hospital.hire('doctor')
    const to = { id, version, startsAt: inHours(hospital, 700), membershipId: membershipOf(colleague) }
    await expect(rescheduleAppointment(own(), to)).rejects.toMatchObject({ details: { resource: 'doctor' } })
    await rescheduleAppointment(admin(), to)
    await getPatient(hospital.as(colleague), { patientId })
    await expect(getPatient(own(), { patientId })).rejects.toMatchObject(absent)
  })

  it('what is over is refused', async () => {
    const { id, version } = await fresh()
    await cancelAppointment(admin(), { id, version })
    const late = rescheduleAppointment(admin(), { id, version: 2, startsAt: inHours(hospital, 800) })
    await expect(late).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('what was booked', () => {
  it('with a doctor who leaves is the desk’s to move', async () => {
    const { patientId, ctx } = await visitor(hospital)
    const { id, version } = await fresh(patientId)
    await endMembership(admin(), { membershipId: membershipOf(doctor) })
    expect(await getAppointment(ctx, { id })).toMatchObject({ status: 'scheduled' })
    const startsAt = inHours(hospital, 900)
    const same = rescheduleAppointment(admin(), { id, version, startsAt })
    await expect(same).rejects.toMatchObject({ code: 'not_found', details: { resource: 'doctor' } })
    const colleague = await hospital.hire('doctor')
    const to = { id, version, startsAt, membershipId: membershipOf(colleague) }
    const moved = await rescheduleAppointment(admin(), to)
    expect(await getAppointment(hospital.as(colleague), idOf(moved))).toMatchObject({ patientId })
  })

  it('is cancelled with a file that is erased, and what took place is kept as treatment', async () => {
    const patientId = await registered(hospital)
    const seen = await booked(hospital, { doctor, patientId, startsAt: inHours(hospital, 1) })
    const next = await booked(hospital, { doctor, patientId, startsAt: inHours(hospital, 48) })
    hospital.clock.advance(3_700)
    const { version } = await setAppointmentStatus(own(), { ...seen, status: 'in_progress' })
    await setAppointmentStatus(own(), { id: seen.id, version, status: 'completed' })
    const { kept } = await erasePatient(await freshAdmin(hospital), { patientId, reason: 'Asked for it' })
    expect(kept).toContainEqual(expect.objectContaining({ what: 'appointment', rows: 2 }))
    const rows = await hospital.db.sql<{ status: string; as: string | null }>({
      text: 'select status, cancelled_as "as" from appointment where id = any($1) order by starts_at',
      values: [[seen.id, next.id]],
    })
    expect(rows).toEqual([
      { status: 'completed', as: null },
      { status: 'cancelled', as: 'closed' },
    ])
  })
})

describe('notes', () => {
  it('are each its writer’s: a patient overwrites no doctor’s, and nobody the words of who booked', async () => {
    const { patientId, ctx } = await visitor(hospital)
    const { id, version } = await fresh(patientId)
    await noteAppointment(own(), { id, version, doctorNote: 'Suspects measles', patientNote: 'Come fasting' })
    for (const words of [{ doctorNote: 'x' }, { patientNote: 'x' }, { reason: 'x' }]) {
      const tried = noteAppointment(ctx, { id, version: 2, ...words })
      await expect(tried).rejects.toMatchObject({ code: 'invalid', details: { field: Object.keys(words)[0] } })
    }
    const desk = noteAppointment(admin(), { id, version: 2, doctorNote: 'x' })
    await expect(desk).rejects.toMatchObject({ code: 'invalid' })
    await noteAppointment(admin(), { id, version: 2, reason: 'Rash' })
    expect(await getAppointment(ctx, { id })).toMatchObject({
      reason: 'Rash',
      doctorNote: null,
      patientNote: 'Come fasting',
    })
    expect(await getAppointment(admin(), { id })).toMatchObject({ doctorNote: null, patientNote: null })
    expect(await getAppointment(own(), { id })).toMatchObject({ doctorNote: 'Suspects measles' })
  })

  it('are encrypted in the database', async () => {
    const { id, version } = await fresh()
    await noteAppointment(own(), { id, version, doctorNote: 'Xanthippe', patientNote: 'Ypsilon' })
    const [row] = await hospital.db.sql<{ notes: Buffer }>({
      text: 'select doctor_note_cipher || patient_note_cipher notes from appointment where id = $1',
      values: [id],
    })
    expect(row?.notes.length).toBeGreaterThan(20)
    expect(row?.notes.includes('Xanthippe') || row?.notes.includes('Ypsilon')).toBe(false)
  })
})
