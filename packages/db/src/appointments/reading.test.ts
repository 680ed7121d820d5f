import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { booked, inHours, registered, visitor } from '../../test/visits.ts'
import { assignCareTeam } from '../care-team/care-team.ts'
import { giveDirective } from '../consent/give-directive.ts'
import { updateDoctor } from '../doctors/update-doctor.ts'
import { mergePatients } from '../patients/merge/merge-patients.ts'
import { unmergePatients } from '../patients/merge/unmerge-patients.ts'
import { exportRecord } from '../patients/record/export-record.ts'
import { removePatient } from '../patients/remove-patient.ts'
import type { Actor } from '../policy/actor.ts'
import { blockSlot } from './block-slot.ts'
import { cancelAppointment } from './cancel-appointment.ts'
import { listFreeSlots } from './free-slots.ts'
import { getAppointment } from './get-appointment.ts'
import { listAppointed } from './list-appointed.ts'
import { type AppointmentFilter, listAppointments } from './list-appointments.ts'
import { noteAppointment } from './note-appointment.ts'

let hospital: TestHospital
/** A day in winter; its nights of summer time are far enough ahead for nobody to change the law. */
const year = new Date().getUTCFullYear() + 1
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const admin = () => hospital.as(hospital.admin)
const all: AppointmentFilter = {
  membershipId: null,
  patientId: null,
  from: null,
  until: null,
  status: null,
  after: null,
  limit: 100,
}
const idsOf = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id)
const listed = async (actor: Actor, filter: Partial<AppointmentFilter> = {}) =>
  idsOf(await listAppointments(hospital.as(actor), { ...all, ...filter }))

describe('a list of appointments', () => {
  it('holds one’s own, those of patients cared for, or the hospital’s', async () => {
    const [doctor, colleague] = [await hospital.hire('doctor'), await hospital.hire('doctor')]
    const [vera, nora] = [await visitor(hospital), await visitor(hospital)]
    const hers = await booked(hospital, { doctor, patientId: vera.patientId })
    const other = await booked(hospital, { doctor: colleague, patientId: nora.patientId })
    const blocked = await blockSlot(hospital.as(doctor), {
      membershipId: membershipOf(doctor),
      startsAt: inHours(hospital, 48),
      minutes: 60,
    })
    expect(await listed(vera.actor)).toEqual([hers.id])
    expect(await listed(nora.actor)).toEqual([other.id])
    expect(await listed(doctor)).toEqual([hers.id, blocked.id])
    expect(await listed(colleague)).toEqual([other.id])
    expect(await listed(hospital.nurse)).toEqual([])
    await assignCareTeam(admin(), { membershipId: membershipOf(hospital.nurse), charge: { patientId: nora.patientId } })
    expect(await listed(hospital.nurse)).toEqual([other.id])
    const both = await listed(hospital.admin)
    expect(both).toEqual(expect.arrayContaining([hers.id, other.id, blocked.id]))
    expect(await listed(hospital.admin, { membershipId: membershipOf(doctor) })).toEqual([hers.id, blocked.id])
    expect(await listed(hospital.admin, { patientId: nora.patientId })).toEqual([other.id])
    await expect(listed(vera.actor, { patientId: nora.patientId })).rejects.toMatchObject({ code: 'not_found' })
    await cancelAppointment(admin(), hers)
    expect(await listed(vera.actor, { status: 'cancelled' })).toEqual([hers.id])
    expect(await listed(vera.actor, { status: 'scheduled' })).toEqual([])
    await expect(getAppointment(hospital.as(colleague), { id: blocked.id })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('names nobody of another hospital', async () => {
    await using house = await testHospital({ beside: hospital })
    const doctor = await hospital.hire('doctor')
    const { id } = await booked(hospital, { doctor, patientId: await registered(hospital) })
    const theirs = await listAppointments(house.as(house.admin), all)
    expect(theirs.items).toEqual([])
    await expect(getAppointment(house.as(house.admin), { id })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('leaves out whom a directive hides', async () => {
    const doctor = await hospital.hire('doctor')
    const { patientId, ctx } = await visitor(hospital)
    const { id } = await booked(hospital, { doctor, patientId })
    await giveDirective(ctx, {
      patientId,
      effect: 'deny',
      purposes: ['treatment'],
      recipient: { kind: 'membership', membershipId: membershipOf(doctor) },
    })
    expect(await listed(doctor)).toEqual([])
    await expect(getAppointment(hospital.as(doctor), { id })).rejects.toMatchObject({ code: 'not_found' })
    expect((await listAppointed(admin(), { membershipId: membershipOf(doctor), after: null, limit: 9 })).items).toEqual(
      [expect.objectContaining({ patientId })],
    )
    const own = await listAppointed(hospital.as(doctor), { membershipId: membershipOf(doctor), after: null, limit: 9 })
    expect(own.items).toEqual([])
  })

  it('comes page by page without a gap, also where several begin at once', async () => {
    const patients = [1, 2, 3].map(() => registered(hospital))
    const filter: Partial<AppointmentFilter> = { from: `${year}-05-04`, until: `${year}-05-04` }
    const made: string[] = []
    for (const patientId of await Promise.all(patients)) {
      const doctor = await hospital.hire('doctor')
      made.push((await booked(hospital, { doctor, patientId, startsAt: `${year}-05-04T08:00:00Z` })).id)
    }
    const seen: string[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listAppointments>> = await listAppointments(admin(), {
        ...all,
        ...filter,
        after,
        limit: 1,
      })
      seen.push(...idsOf(page))
      after = page.next
    } while (after !== null)
    expect(seen).toEqual([...made].sort())
    await expect(listAppointments(admin(), { ...all, after: 'x' })).rejects.toMatchObject({ code: 'invalid' })
  })

  it('of a day is of the hospital’s, in summer and in winter, and holds what goes past midnight', async () => {
    const doctor = await hospital.hire('doctor')
    const membershipId = membershipOf(doctor)
    const patientId = await registered(hospital)
    const at = async (startsAt: string, minutes = 30) =>
      (await booked(hospital, { doctor, patientId, startsAt, minutes })).id
    const on = (day: string) => listed(hospital.admin, { membershipId, from: day, until: day })
    // Vienna: UTC+1 in January, UTC+2 in July.
    const winter = [await at(`${year}-01-10T22:45:00Z`), await at(`${year}-01-10T23:15:00Z`)]
    expect(await on(`${year}-01-10`)).toEqual([winter[0]])
    expect(await on(`${year}-01-11`)).toEqual([winter[0], winter[1]])
    const summer = [await at(`${year}-07-10T21:00:00Z`), await at(`${year}-07-10T22:00:00Z`)]
    expect(await on(`${year}-07-10`)).toEqual([summer[0]])
    expect(await on(`${year}-07-11`)).toEqual([summer[1]])
    expect(await listed(hospital.admin, { membershipId, from: `${year}-01-11`, until: `${year}-07-10` })).toEqual([
      ...winter,
      summer[0],
    ])
  })

  it('is on record as a read', async () => {
    const { patientId, actor } = await visitor(hospital)
    const doctor = await hospital.hire('doctor')
    const { id } = await booked(hospital, { doctor, patientId })
    await listed(doctor)
    await getAppointment(hospital.as(actor), { id })
    await hospital.db.readLog.settled()
    const entries = await hospital.db.sql<{ action: string }>({
      text: `select action from audit_entry where patient_ids @> array[$1::uuid]
              and action in ('appointment.list', 'appointment.read') order by seq`,
      values: [patientId],
    })
    expect(entries.map(({ action }) => action)).toEqual(['appointment.list', 'appointment.read'])
  })
})

describe('patients who come to a doctor', () => {
  it('are each once, with when they come next, and without those who cancelled', async () => {
    const doctor = await hospital.hire('doctor')
    const [one, two] = [await registered(hospital), await registered(hospital)]
    const first = await booked(hospital, { doctor, patientId: one })
    await booked(hospital, { doctor, patientId: one, startsAt: inHours(hospital, 72) })
    await cancelAppointment(admin(), await booked(hospital, { doctor, patientId: two, startsAt: inHours(hospital, 9) }))
    const page = { membershipId: membershipOf(doctor), after: null, limit: 10 }
    const { startsAt } = await getAppointment(admin(), first)
    expect((await listAppointed(hospital.as(doctor), page)).items).toMatchObject([
      { patientId: one, appointments: 2, nextAt: startsAt, lastAt: null },
    ])
    const colleague = hospital.as(hospital.doctor)
    await expect(listAppointed(colleague, page)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('free slots', () => {
  it('are those of the working hours that nobody has, and say nothing of who has the others', async () => {
    const doctor = await hospital.hire('doctor')
    const membershipId = membershipOf(doctor)
    const { actor } = await visitor(hospital)
    await updateDoctor(admin(), { membershipId, version: 1, shift: { start: '08:00', end: '10:00' } })
    const patientId = await registered(hospital)
    const taken = await booked(hospital, { doctor, patientId, startsAt: `${year}-06-01T06:30:00Z`, minutes: 40 })
    const day = { membershipId, day: `${year}-06-01`, minutes: 30 }
    const slots = async (asked = day) => (await listFreeSlots(hospital.as(actor), asked)).slots
    const nine = { startsAt: `${year}-06-01T07:30:00.000Z`, endsAt: `${year}-06-01T08:00:00.000Z` }
    expect(await listFreeSlots(hospital.as(actor), day)).toEqual({
      timeZone: 'Europe/Vienna',
      shift: { start: '08:00', end: '10:00' },
      isAvailable: true,
      slots: [{ startsAt: `${year}-06-01T06:00:00.000Z`, endsAt: `${year}-06-01T06:30:00.000Z` }, nine],
    })
    await cancelAppointment(admin(), taken)
    expect(await slots()).toHaveLength(4)
    expect(await slots({ ...day, minutes: 90 })).toHaveLength(1)
    // Those of an hour that is over are no more.
    expect(await slots({ ...day, day: '2020-06-01' })).toEqual([])
    await updateDoctor(admin(), { membershipId, version: 2, isAvailable: false })
    expect(await slots()).toEqual([])
    expect((await listFreeSlots(admin(), day)).slots).toHaveLength(4)
  })

  it('go on into the next day with a night shift; without hours the whole day is open, of 23 or 25 hours where it has so many', async () => {
    const doctor = await hospital.hire('doctor')
    const membershipId = membershipOf(doctor)
    const count = async (day: string) => (await listFreeSlots(admin(), { membershipId, day, minutes: 60 })).slots.length
    // The last Sundays of March and October.
    const sunday = (month: number) => {
      const last = new Date(Date.UTC(year, month, 0))
      last.setUTCDate(last.getUTCDate() - last.getUTCDay())
      return last.toISOString().slice(0, 10)
    }
    expect([await count(sunday(3)), await count(sunday(10)), await count(`${year}-06-15`)]).toEqual([23, 25, 24])
    expect((await listFreeSlots(admin(), { membershipId, day: sunday(3), minutes: 60 })).shift).toBeNull()
    await updateDoctor(admin(), { membershipId, version: 1, shift: { start: '22:00', end: '06:00' } })
    const { slots } = await listFreeSlots(admin(), { membershipId, day: `${year}-06-15`, minutes: 60 })
    expect([slots.length, slots[0]?.startsAt, slots.at(-1)?.endsAt]).toEqual([
      8,
      `${year}-06-15T20:00:00.000Z`,
      `${year}-06-16T04:00:00.000Z`,
    ])
  })

  it('of a doctor where the patient has no file are those of nobody', async () => {
    await using house = await testHospital({ beside: hospital })
    const { actor } = await visitor(hospital)
    for (const membershipId of [membershipOf(house.doctor), house.hospitalId]) {
      const asked = listFreeSlots(hospital.as(actor), { membershipId, day: `${year}-06-01`, minutes: 30 })
      await expect(asked).rejects.toMatchObject({ code: 'not_found', details: { resource: 'doctor' } })
    }
  })
})

describe('a file', () => {
  it('that is merged takes its appointments along, and gets them back; who is expected twice at one time is not merged', async () => {
    const [one, two] = [await hospital.hire('doctor'), await hospital.hire('doctor')]
    const [survivor, gone] = [await registered(hospital), await registered(hospital)]
    const kept = await booked(hospital, { doctor: one, patientId: survivor })
    const clash = await booked(hospital, { doctor: two, patientId: gone })
    const moved = await booked(hospital, { doctor: two, patientId: gone, startsAt: inHours(hospital, 30) })
    const merge = { patientId: survivor, mergedId: gone, reason: 'Registered twice' }
    await expect(mergePatients(admin(), merge)).rejects.toMatchObject({ code: 'merge_refused' })
    await cancelAppointment(admin(), clash)
    const { mergeId } = await mergePatients(admin(), merge)
    const ofSurvivor = await listAppointments(admin(), { ...all, patientId: survivor })
    expect(idsOf(ofSurvivor).sort()).toEqual([kept.id, clash.id, moved.id].sort())
    expect(new Set(ofSurvivor.items.map(({ patientId }) => patientId))).toEqual(new Set([survivor]))
    expect(await listed(hospital.admin, { membershipId: membershipOf(two) })).toEqual([clash.id, moved.id])
    await unmergePatients(admin(), { mergeId, reason: 'Two people' })
    expect(await listed(hospital.admin, { patientId: gone })).toEqual([clash.id, moved.id])
    expect(await listed(hospital.admin, { patientId: survivor })).toEqual([kept.id])
  })

  it('that is taken out frees the times it held', async () => {
    const doctor = await hospital.hire('doctor')
    const patientId = await registered(hospital)
    const { id } = await booked(hospital, { doctor, patientId })
    await removePatient(admin(), { patientId })
    await booked(hospital, { doctor, patientId: await registered(hospital) })
    const [row] = await hospital.db.sql<{ status: string; as: string }>({
      text: 'select status, cancelled_as "as" from appointment where id = $1',
      values: [id],
    })
    expect(row).toEqual({ status: 'cancelled', as: 'closed' })
    await expect(getAppointment(admin(), { id })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is exported with its appointments; the doctor’s own note stays in the house', async () => {
    const doctor = await hospital.hire('doctor')
    const { patientId, ctx } = await visitor(hospital)
    const { id, version } = await booked(hospital, { doctor, patientId, reason: 'Cough' })
    await noteAppointment(hospital.as(doctor), {
      id,
      version,
      doctorNote: 'Suspects measles',
      patientNote: 'Come fasting',
    })
    const { tables } = await exportRecord(ctx, { patientId })
    const shown = { reason: 'Cough', patient_note: 'Come fasting', status: 'scheduled' }
    expect(tables['appointment']).toMatchObject([shown])
    expect(JSON.stringify(tables)).not.toContain('measles')
    const house = await exportRecord(admin(), { patientId })
    expect(house.tables['appointment']).toMatchObject([{ ...shown, doctor_note: 'Suspects measles' }])
  })
})
