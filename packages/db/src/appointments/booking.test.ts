import * as fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { booked, inHours, registered, type Visitor, visitor } from '../../test/visits.ts'
import { listCareTeam } from '../care-team/care-team.ts'
import { updateDoctor } from '../doctors/update-doctor.ts'
import { endMembership } from '../hospitals/end-membership.ts'
import { getPatient } from '../patients/get-patient.ts'
import type { Actor } from '../policy/actor.ts'
import { blockSlot } from './block-slot.ts'
import { bookAppointment } from './book-appointment.ts'
import { cancelAppointment } from './cancel-appointment.ts'
import { getAppointment } from './get-appointment.ts'
import { rescheduleAppointment } from './reschedule-appointment.ts'
import { setAppointmentStatus } from './set-appointment-status.ts'

let hospital: TestHospital
/** With an empty calendar. */
let doctor: Actor
let vera: Visitor
let start: Date
beforeAll(async () => {
  hospital = await testHospital()
  start = hospital.clock.now
  vera = await visitor(hospital)
})
beforeEach(async () => {
  doctor = await hospital.hire('doctor')
})
afterEach(() => {
  hospital.clock.now = start
})
afterAll(() => hospital[Symbol.asyncDispose]())

const admin = () => hospital.as(hospital.admin)
const taken = { code: 'slot_taken', details: { field: 'startsAt' } }
const byHerself = (input: { startsAt: string; minutes?: number; membershipId?: string }) =>
  bookAppointment(vera.ctx, {
    patientId: vera.patientId,
    mode: 'video',
    membershipId: membershipOf(doctor),
    ...input,
  })

describe('a slot', () => {
  it('is taken once: an overlap of any kind is refused, and what only touches it fits', async () => {
    await booked(hospital, { doctor, patientId: vera.patientId, startsAt: inHours(hospital, 50), minutes: 60 })
    const other = await registered(hospital)
    for (const [hours, minutes] of [
      [50, 60],
      [49.5, 60],
      [50.5, 60],
      [50.25, 15],
      [49, 180],
    ] as const) {
      const again = booked(hospital, { doctor, patientId: other, startsAt: inHours(hospital, hours), minutes })
      await expect(again).rejects.toMatchObject(taken)
    }
    await booked(hospital, { doctor, patientId: other, startsAt: inHours(hospital, 49), minutes: 60 })
    await booked(hospital, { doctor, patientId: other, startsAt: inHours(hospital, 51), minutes: 60 })
  })

  it('is taken across midnight too', async () => {
    const midnight = new Date(hospital.clock.now)
    midnight.setUTCHours(48, 0, 0, 0)
    const at = (minutes: number) => new Date(midnight.getTime() + minutes * 60_000).toISOString()
    // Not Vera, who is elsewhere so many hours from now: at some times of the day that is midnight.
    const [first, other] = [await registered(hospital), await registered(hospital)]
    await booked(hospital, { doctor, patientId: first, startsAt: at(-60), minutes: 120 })
    const early = booked(hospital, { doctor, patientId: other, startsAt: at(30), minutes: 60 })
    await expect(early).rejects.toMatchObject(taken)
    await booked(hospital, { doctor, patientId: other, startsAt: at(60), minutes: 60 })
  })

  it('is free again after a cancellation, and when nobody came', async () => {
    const startsAt = inHours(hospital, 1)
    const first = await booked(hospital, { doctor, patientId: vera.patientId, startsAt, minutes: 120 })
    await cancelAppointment(admin(), first)
    const second = await booked(hospital, { doctor, patientId: vera.patientId, startsAt, minutes: 120 })
    hospital.clock.advance(3_700)
    const again = () => booked(hospital, { doctor, patientId: vera.patientId, startsAt: inHours(hospital, 0.1) })
    await expect(again()).rejects.toMatchObject(taken)
    await setAppointmentStatus(admin(), { ...second, status: 'no_show' })
    expect(await again()).toMatchObject({ version: 1 })
  })

  it('of a patient is taken as well: nobody is at two doctors at once', async () => {
    const patientId = await registered(hospital)
    await booked(hospital, { doctor, patientId })
    const elsewhere = booked(hospital, { doctor: hospital.doctor, patientId })
    await expect(elsewhere).rejects.toMatchObject({ ...taken, message: 'The patient has another appointment then.' })
  })

  it('that is blocked has no patient, takes its time, and is the doctor’s own or the desk’s to block', async () => {
    const membershipId = membershipOf(doctor)
    const span = { membershipId, startsAt: inHours(hospital, 30), minutes: 60 }
    const block = await blockSlot(hospital.as(doctor), span)
    await expect(byHerself({ startsAt: inHours(hospital, 30.5) })).rejects.toMatchObject(taken)
    await expect(blockSlot(admin(), span)).rejects.toMatchObject(taken)
    await expect(blockSlot(hospital.as(hospital.doctor), span)).rejects.toMatchObject({ code: 'not_found' })
    await expect(blockSlot(hospital.as(hospital.nurse), span)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(setAppointmentStatus(admin(), { ...block, status: 'in_progress' })).rejects.toMatchObject({
      code: 'invalid',
    })
    await cancelAppointment(hospital.as(doctor), block)
    await byHerself({ startsAt: inHours(hospital, 30.5) })
  })

  it('two that ask for it in the same moment: exactly one wins, and the other is told so', async () => {
    const patients = [await registered(hospital), await registered(hospital), await registered(hospital)]
    const startsAt = inHours(hospital, 40)
    const tries = patients.map((patientId) => booked(hospital, { doctor, patientId, startsAt }))
    const both = [...tries, booked(hospital, { doctor: hospital.doctor, patientId: vera.patientId, startsAt })]
    expect(outcomesOf(await Promise.allSettled(both))).toEqual({ done: 2, codes: ['slot_taken', 'slot_taken'] })
  })

  it('of one patient, asked for at two doctors in the same moment: exactly one wins', async () => {
    const [one, two] = [await hospital.hire('doctor'), await hospital.hire('doctor')]
    const patientId = await registered(hospital)
    const tries = [one, two].map((who) => booked(hospital, { doctor: who, patientId }))
    expect(outcomesOf(await Promise.allSettled(tries))).toEqual({ done: 1, codes: ['slot_taken'] })
  })

  it('whatever is asked for at once and cancelled between: what stands never overlaps, what was refused had to be', async () => {
    const patients = [vera.patientId, ...(await Promise.all([1, 2, 3, 4].map(() => registered(hospital))))]
    let day = 10
    const span = fc.record({ slot: fc.integer({ min: 0, max: 11 }), length: fc.integer({ min: 1, max: 4 }) })
    const plan = fc.record({
      first: fc.array(span, { minLength: 5, maxLength: 5 }),
      second: fc.array(span, { minLength: 5, maxLength: 5 }),
      gone: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    })
    type Slot = { slot: number; length: number }
    const overlap = (a: Slot, b: Slot) => a.slot < b.slot + b.length && b.slot < a.slot + a.length
    await fc.assert(
      fc.asyncProperty(plan, async ({ first, second, gone }) => {
        day += 1
        const ask = async (wanted: Slot[]) => {
          const answers = await Promise.allSettled(
            wanted.map(({ slot, length }, index) =>
              booked(hospital, {
                doctor,
                patientId: patients[index] ?? '',
                startsAt: inHours(hospital, day * 24 + slot / 4),
                minutes: length * 15,
              }),
            ),
          )
          expect(outcomesOf(answers).codes.every((code) => code === 'slot_taken')).toBe(true)
          return wanted.map((asked, index) => {
            const answer = answers[index]
            return { ...asked, made: answer?.status === 'fulfilled' ? answer.value : null }
          })
        }
        const early = await ask(first)
        const cancelled = early.filter(({ made }, index) => made !== null && gone[index])
        for (const { made } of cancelled) if (made) await cancelAppointment(admin(), made)
        const kept = early.filter((one) => one.made !== null && !cancelled.includes(one))
        const late = await ask(second)
        const standing = [...kept, ...late.filter(({ made }) => made !== null)]
        const pairs = standing.flatMap((a, index) => standing.slice(index + 1).map((b) => [a, b] as const))
        expect(pairs.filter(([a, b]) => overlap(a, b))).toEqual([])
        // A patient of the second round may stand in the way of the own first one, which is of the same doctor.
        for (const refused of late.filter(({ made }) => made === null)) {
          expect(standing.some((one) => overlap(one, refused))).toBe(true)
        }
        for (const refused of early.filter(({ made }) => made === null)) {
          expect(early.some((one) => one.made !== null && overlap(one, refused))).toBe(true)
        }
      }),
      { numRuns: 8 },
    )
  })
})

describe('a date', () => {
  it('in the past is refused, and so is one in three years', async () => {
    for (const startsAt of [inHours(hospital, -1), new Date(hospital.clock.now.getTime() - 1).toISOString()]) {
      await expect(byHerself({ startsAt })).rejects.toMatchObject({ code: 'invalid', details: { field: 'startsAt' } })
    }
    const far = byHerself({ startsAt: inHours(hospital, 3 * 8_766) })
    await expect(far).rejects.toMatchObject({ code: 'invalid', details: { field: 'startsAt' } })
  })

  it('of whoever came in just now is entered by the desk, and not by the patient afterwards', async () => {
    const { patientId } = vera
    const startsAt = inHours(hospital, -0.2)
    await booked(hospital, { doctor, patientId, startsAt })
    await expect(byHerself({ startsAt })).rejects.toMatchObject({ code: 'invalid', details: { field: 'startsAt' } })
    const late = booked(hospital, { doctor, patientId: await registered(hospital), startsAt: inHours(hospital, -0.3) })
    await expect(late).rejects.toMatchObject({ code: 'invalid', details: { field: 'startsAt' } })
  })

  it('lasts from five minutes to twelve hours', async () => {
    for (const minutes of [0, 4, 721, -30, 7.5]) {
      const wrong = byHerself({ startsAt: inHours(hospital, 60), minutes })
      await expect(wrong).rejects.toMatchObject({ code: 'invalid', details: { field: 'minutes' } })
    }
    await byHerself({ startsAt: inHours(hospital, 60), minutes: 720 })
  })

  it('of a patient’s own booking is within the hours that the doctor has named; the desk may ask for more', async () => {
    const membershipId = membershipOf(doctor)
    // The test's hospital is in Vienna, an hour ahead of UTC in winter and two in summer.
    await updateDoctor(admin(), { membershipId, version: 1, shift: { start: '22:00', end: '04:00' } })
    const year = hospital.clock.now.getUTCFullYear() + 1
    const night = async (startsAt: string, minutes = 60) =>
      byHerself({ startsAt, minutes }).then(
        () => 'booked',
        (error: { code: string; details: { field?: string } }) => `${error.code} ${error.details.field}`,
      )
    expect(await night(`${year}-01-15T20:30:00Z`)).toBe('invalid startsAt')
    expect(await night(`${year}-01-15T21:00:00Z`)).toBe('booked')
    expect(await night(`${year}-01-16T02:00:00Z`)).toBe('booked')
    expect(await night(`${year}-01-16T02:30:00Z`)).toBe('invalid startsAt')
    expect(await night(`${year}-07-15T20:00:00Z`)).toBe('booked')
    expect(await night(`${year}-07-16T01:30:00Z`)).toBe('invalid startsAt')
    await booked(hospital, { doctor, patientId: vera.patientId, startsAt: `${year}-01-15T12:00:00Z` })
  })
})

describe('who books', () => {
  it('a patient with a doctor who takes patients, and no more than ten ahead', async () => {
    const membershipId = membershipOf(doctor)
    await updateDoctor(admin(), { membershipId, version: 1, isAvailable: false })
    await expect(byHerself({ startsAt: inHours(hospital, 75) })).rejects.toMatchObject({
      code: 'conflict',
      details: { field: 'membershipId' },
    })
    await booked(hospital, { doctor, patientId: vera.patientId, startsAt: inHours(hospital, 75) })
    const busy = await visitor(hospital)
    const other = membershipOf(await hospital.hire('doctor'))
    const book = (hour: number) =>
      bookAppointment(busy.ctx, {
        patientId: busy.patientId,
        membershipId: other,
        startsAt: inHours(hospital, 100 + hour),
        mode: 'chat',
      })
    const first = await book(0)
    for (let hour = 1; hour < 10; hour++) await book(hour)
    await expect(book(10)).rejects.toMatchObject({ code: 'conflict', details: { field: 'patientId' } })
    await cancelAppointment(busy.ctx, first)
    await book(10)
    // What the desk booked besides is theirs to move all the same.
    const { patientId } = busy
    const ofDesk = await booked(hospital, { doctor, patientId, startsAt: inHours(hospital, 200) })
    await updateDoctor(admin(), { membershipId, version: 2, isAvailable: true })
    await rescheduleAppointment(busy.ctx, { ...ofDesk, startsAt: inHours(hospital, 201) })
  })

  it('a patient only for themselves and where a file is; a hospital without one has no such doctor', async () => {
    await using house = await testHospital({ beside: hospital })
    const foreign = membershipOf(house.doctor)
    const absent = { code: 'not_found', details: { resource: 'doctor' } }
    await expect(byHerself({ startsAt: inHours(hospital, 80), membershipId: foreign })).rejects.toMatchObject(absent)
    const nobody = byHerself({ startsAt: inHours(hospital, 80), membershipId: vera.patientId })
    await expect(nobody).rejects.toMatchObject(absent)
    const other = await registered(hospital)
    const forOther = bookAppointment(vera.ctx, {
      patientId: other,
      membershipId: membershipOf(doctor),
      startsAt: inHours(hospital, 80),
      mode: 'chat',
    })
    await expect(forOther).rejects.toMatchObject({ code: 'not_found', details: { resource: 'patient' } })
    // A nurse is no doctor, and one who left is none any more.
    const nurse = membershipOf(hospital.nurse)
    await expect(byHerself({ startsAt: inHours(hospital, 80), membershipId: nurse })).rejects.toMatchObject(absent)
    const leaver = membershipOf(await hospital.hire('doctor'))
    await endMembership(admin(), { membershipId: leaver })
    await expect(byHerself({ startsAt: inHours(hospital, 80), membershipId: leaver })).rejects.toMatchObject(absent)
  })

  it('a doctor for patients they care for already and in the own calendar: booking is no way to a record', async () => {
    const patientId = await registered(hospital)
    const own = { membershipId: membershipOf(doctor), startsAt: inHours(hospital, 90), mode: 'in_person' } as const
    const stranger = bookAppointment(hospital.as(doctor), { ...own, patientId })
    await expect(stranger).rejects.toMatchObject({ code: 'not_found', details: { resource: 'patient' } })
    await expect(getPatient(hospital.as(doctor), { patientId })).rejects.toMatchObject({ code: 'not_found' })
    const { patientId: lying } = await hospital.admit()
    const inOthers = bookAppointment(hospital.as(hospital.doctor), { ...own, patientId: lying })
    await expect(inOthers).rejects.toMatchObject({ code: 'not_found', details: { resource: 'doctor' } })
    const theirs = { ...own, membershipId: membershipOf(hospital.doctor), patientId: lying }
    await bookAppointment(hospital.as(hospital.doctor), theirs)
    await expect(bookAppointment(hospital.as(hospital.nurse), theirs)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('the desk for any patient', async () => {
    const desk = hospital.as(await hospital.hire('front_desk'))
    const patientId = await registered(hospital)
    const membershipId = membershipOf(doctor)
    const booking = { patientId, membershipId, startsAt: inHours(hospital, 95), mode: 'audio' } as const
    const { id } = await bookAppointment(desk, booking)
    expect(await getAppointment(desk, { id })).toMatchObject({ patientId, bookedAs: 'staff', mode: 'audio' })
  })
})

describe('being booked', () => {
  it('lets the doctor see who comes, from then on, and the log says through what', async () => {
    const { patientId, ctx } = await visitor(hospital)
    await expect(getPatient(hospital.as(doctor), { patientId })).rejects.toMatchObject({ code: 'not_found' })
    await bookAppointment(ctx, {
      patientId,
      membershipId: membershipOf(doctor),
      startsAt: inHours(hospital, 120),
      mode: 'video',
    })
    await getPatient(hospital.as(doctor), { patientId })
    expect(await listCareTeam(ctx, { patientId })).toMatchObject([{ membershipId: membershipOf(doctor) }])
    const entries = await hospital.db.sql<{ action: string; detail: unknown }>({
      text: `select action, detail from audit_entry where patient_ids @> array[$1::uuid] and chain = $2
              and action in ('care-team.assign', 'appointment.book') order by seq`,
      values: [patientId, hospital.hospitalId],
    })
    expect(entries).toMatchObject([
      { action: 'care-team.assign', detail: { through: 'appointment' } },
      { action: 'appointment.book', detail: { mode: 'video' } },
    ])
  })
})

describe('the database itself', () => {
  it.each([
    ['a blocked span of a patient', `kind = 'blocked'`],
    ['a cancelled one without who and when', `status = 'cancelled'`],
    ['one that ends before it starts', `ends_at = starts_at - interval '1 hour'`],
    ['one of a day', `ends_at = starts_at + interval '1 day'`],
    ['one that follows itself', 'rescheduled_from = id'],
  ])('refuses %s', async (_, change) => {
    const patientId = await registered(hospital)
    const { id } = await booked(hospital, { doctor, patientId })
    const changed = hospital.db.sql({ text: `update appointment set ${change} where id = $1`, values: [id] })
    await expect(changed).rejects.toMatchObject({ code: '23514' })
  })
})
