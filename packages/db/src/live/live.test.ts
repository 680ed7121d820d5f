import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdTransaction } from '../../test/held-transaction.ts'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { send } from '../../test/readings.ts'
import { Viewer } from '../../test/viewer.ts'
import { memberOfWard } from '../../test/ward-member.ts'
import { dischargePatient } from '../admissions/discharge-patient.ts'
import { transferPatient } from '../admissions/transfer-patient.ts'
import { raiseEmergency } from '../alarms/raise-emergency.ts'
import { acknowledgeAlarm, resolveAlarm } from '../alarms/respond-to-alarm.ts'
import { assignCareTeam, endCareTeam } from '../care-team/care-team.ts'
import { openDatabase } from '../database/open-database.ts'
import { createWard } from '../hospitals/wards.ts'
import { contextOf } from '../kernel/context.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { type AlarmsFrame, watchAlarms } from './watch-alarms.ts'
import { type PatientFrame, watchPatient } from './watch-patient.ts'
import { watchWard, type WardFrame } from './watch-ward.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const nurse = () => hospital.as(hospital.nurse)
const admin = () => hospital.as(hospital.admin)
const patientViewer = (patientId: string, cursor: string | null = null, ctx = nurse()) =>
  new Viewer<PatientFrame>((options) => watchPatient(ctx, { patientId, cursor }, options)).begun()
const wardViewer = (cursor: string | null = null, { ctx = nurse(), wardId = hospital.wardId } = {}) =>
  new Viewer<WardFrame>((options) => watchWard(ctx, { wardId, cursor }, options)).begun()
const alarmsViewer = (cursor: string | null = null, ctx = nurse()) =>
  new Viewer<AlarmsFrame>((options) => watchAlarms(ctx, { cursor }, options)).begun()

const rates = ({ frames }: Viewer<PatientFrame>) =>
  frames.flatMap(({ readings }) => readings.map(({ heartRate }) => heartRate))
const topics = ({ frames }: Viewer<AlarmsFrame>, patientId: string) =>
  frames.flatMap(({ events }) => events.filter((event) => event.patientId === patientId).map(({ topic }) => topic))
let second = 0
const beat = (patientId: string, heartRate: number) => {
  hospital.clock.advance(1)
  return send(hospital, [{ patientId, sourceTime: hospital.clock.now.getTime() + second++, values: { heartRate } }])
}

describe('a patient’s stream', () => {
  it('begins with what is known, and then brings every reading once', async () => {
    const { patientId } = await hospital.admit()
    await beat(patientId, 60)
    await using viewer = await patientViewer(patientId)
    expect(viewer.frames[0]).toMatchObject({ tile: { latest: { heartRate: { value: 60 } } }, readings: [] })
    for (let rate = 61; rate <= 80; rate++) await beat(patientId, rate)
    await viewer.sees(() => rates(viewer).length >= 20)
    expect(rates(viewer)).toEqual(Array.from({ length: 20 }, (_, index) => 61 + index))
    expect(viewer.frames.at(-1)?.tile?.readings).toBe(21)
  })

  it('loses and doubles nothing when a transaction commits after later ones, across a resume', async () => {
    const [slow, quick] = [await hospital.admit(), await hospital.admit()]
    const first = await patientViewer(slow.patientId)
    await using held = await holdTransaction(hospital.url)
    // Takes its number now and is held up by the monitor of the other patient in its batch until it may commit.
    await held.sql({
      text: 'select 1 from patient_monitor where patient_id = $1 for update',
      values: [quick.patientId],
    })
    const now = hospital.clock.now.getTime()
    const early = send(hospital, [
      { patientId: slow.patientId, sourceTime: now - 5_000, values: { heartRate: 61 } },
      { patientId: quick.patientId, values: { heartRate: 70 } },
    ])
    await held.isWaitedFor()
    // Meanwhile others begin later and commit first; what the viewer has seen goes beyond the early one.
    const others = [await hospital.admit(), await hospital.admit()]
    for (const { patientId } of others) await beat(patientId, 75)
    await using ward = await wardViewer()
    await ward.sees(() => ward.frames.length > 0)
    await first.close()
    await using second = await patientViewer(slow.patientId, first.cursor)
    await held.commit()
    await early
    await beat(slow.patientId, 62)
    await second.sees(() => rates(second).length >= 2)
    await second.close()
    await using third = await patientViewer(slow.patientId, second.cursor)
    await beat(slow.patientId, 63)
    await third.sees(() => rates(third).length >= 1)
    expect([...rates(first), ...rates(second), ...rates(third)]).toEqual([61, 62, 63])
  })

  it('resumes on another process, wherever it was cut, without loss or repetition', async () => {
    const { patientId } = await hospital.admit()
    const elsewhere = await openDatabase({ url: hospital.url, keys: hospital.db.keys, poolSize: 3 })
    try {
      const seen: (number | null)[] = []
      const first = await patientViewer(patientId)
      await first.close()
      let { cursor } = first
      const sending = (async () => {
        for (let rate = 60; rate < 120; rate++) await beat(patientId, rate)
      })()
      for (let turn = 0; seen.length < 60; turn++) {
        const ctx = contextOf({ actor: hospital.nurse, db: turn % 2 === 0 ? hospital.db : elsewhere })
        const viewer = await patientViewer(patientId, cursor, ctx)
        await viewer.sees(() => rates(viewer).length > 0)
        await viewer.close()
        seen.push(...rates(viewer))
        cursor = viewer.cursor
      }
      await sending
      expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual(
        Array.from({ length: 60 }, (_, index) => 60 + index),
      )
    } finally {
      await elsewhere.close()
    }
  })

  it('says how many readings it leaves to the history when it was away for too many', async () => {
    const { patientId } = await hospital.admit()
    const away = await patientViewer(patientId)
    await away.close()
    const now = hospital.clock.now.getTime()
    for (const part of [0, 1]) {
      await send(
        hospital,
        Array.from({ length: 3_000 }, (_, index) => ({
          patientId,
          sourceTime: now - 60_000 + part * 3_000 + index,
          values: { heartRate: 70 },
        })),
      )
    }
    await using back = await patientViewer(patientId, away.cursor)
    expect(back.frames[0]).toMatchObject({ skipped: 1_000 })
    expect(back.frames[0]?.readings).toHaveLength(5_000)
  })

  it('merges for a slow consumer, and gives all of it when there is room', async () => {
    const { patientId } = await hospital.admit()
    await using viewer = await patientViewer(patientId)
    viewer.isCongested = true
    await using witness = await patientViewer(patientId)
    for (let rate = 60; rate <= 70; rate++) {
      await beat(patientId, rate)
      await witness.sees(() => rates(witness).includes(rate))
    }
    expect(rates(viewer)).toEqual([])
    const before = viewer.frames.length
    viewer.isCongested = false
    await viewer.sees(() => rates(viewer).length === 11)
    expect(viewer.frames.length - before).toBe(1)
    expect(rates(witness)).toEqual(rates(viewer))
  })

  it('ends with the stay', async () => {
    const { patientId } = await hospital.admit()
    await assignCareTeam(admin(), { membershipId: membershipOf(hospital.nurse), charge: { patientId } })
    await using viewer = await patientViewer(patientId)
    await dischargePatient(admin(), { patientId })
    await viewer.sees(() => viewer.frames.at(-1)?.isDischarged === true)
    await using late = new Viewer<PatientFrame>((options) =>
      watchPatient(nurse(), { patientId, cursor: null }, options),
    )
    await late.sees(() => late.end !== undefined)
    expect(late.end).toMatchObject({ code: 'not_admitted' })
  })

  it('takes no cursor that it did not give', async () => {
    const { patientId } = await hospital.admit()
    for (const cursor of [
      '',
      'x',
      '1:2',
      '0:5:',
      '9:5:',
      '5:9:3',
      '5:9:9',
      '5:9:7,6',
      '5:9:6,',
      "5:9:'--",
      '1:99999999999999999999:',
    ]) {
      await using viewer = await patientViewer(patientId, cursor)
      expect({ cursor, end: viewer.end }).toMatchObject({
        cursor,
        end: { code: 'invalid', details: { field: 'lastEventId' } },
      })
    }
  })
})

describe('a ward’s stream', () => {
  it('shows who comes, who goes and who stays', async () => {
    await using house = await testHospital()
    const { id: other } = await createWard(house.as(house.admin), { name: 'Ward 2' })
    await assignCareTeam(house.as(house.admin), { membershipId: membershipOf(house.nurse), charge: { wardId: other } })
    const stays = await house.admit()
    const ctx = house.as(house.nurse)
    await using here = new Viewer<WardFrame>((options) =>
      watchWard(ctx, { wardId: house.wardId, cursor: null }, options),
    )
    await using there = new Viewer<WardFrame>((options) => watchWard(ctx, { wardId: other, cursor: null }, options))
    await Promise.all([here.begun(), there.begun()])
    expect(here.frames[0]).toMatchObject({ kind: 'board', tiles: [{ patientId: stays.patientId }] })
    const moves = await house.admit()
    const shows = (viewer: Viewer<WardFrame>) =>
      viewer.frames.flatMap(({ tiles }) => tiles.map(({ patientId }) => patientId))
    const gone = (viewer: Viewer<WardFrame>) => viewer.frames.flatMap((frame) => frame.gone)
    await here.sees(() => shows(here).includes(moves.patientId))
    await transferPatient(ctx, { patientId: moves.patientId, wardId: other })
    await here.sees(() => gone(here).includes(moves.patientId))
    await there.sees(() => shows(there).includes(moves.patientId))
    await dischargePatient(house.as(house.admin), { patientId: moves.patientId })
    await there.sees(() => gone(there).includes(moves.patientId))
    expect(gone(here)).toEqual([moves.patientId])
    expect(gone(there)).toEqual([moves.patientId])
  })

  it('is on record for everybody it shows, also for those who come later', async () => {
    await hospital.admit()
    const ctx = nurse()
    await using viewer = await wardViewer(null, { ctx })
    const { patientId } = await hospital.admit()
    await viewer.sees(() => viewer.frames.some(({ tiles }) => tiles.some((tile) => tile.patientId === patientId)))
    await beat(patientId, 70)
    await viewer.sees(() => viewer.frames.some(({ tiles }) => tiles.some(({ readings }) => readings === 1)))
    const entries = await hospital.db.sql<{ patientIds: string[] }>({
      text: `select patient_ids "patientIds" from audit_entry where request_id = $1 and action = 'vitals.watch-ward' order by seq`,
      values: [ctx.requestId],
    })
    expect(entries).toHaveLength(2)
    expect(entries[0]?.patientIds).not.toContain(patientId)
    expect(entries[1]?.patientIds).toEqual([patientId])
  })

  it('brings every alarm event once, across a resume', async () => {
    const { patientId } = await hospital.admit()
    const first = await wardViewer()
    const { id: alarmId } = await raiseEmergency(nurse(), { patientId })
    const seen = (viewer: Viewer<WardFrame>) =>
      viewer.frames.flatMap(({ alarms }) =>
        alarms.filter((event) => event.patientId === patientId).map(({ topic }) => topic),
      )
    await first.sees(() => seen(first).length === 1)
    await first.close()
    await acknowledgeAlarm(nurse(), { alarmId })
    await using second = await wardViewer(first.cursor)
    await resolveAlarm(nurse(), { alarmId })
    await second.sees(() => seen(second).length === 2)
    expect([...seen(first), ...seen(second)]).toEqual(['alarm.raised', 'alarm.acknowledged', 'alarm.resolved'])
  })

  it('beats when nothing happens', async () => {
    const { id: wardId } = await createWard(admin(), { name: 'Quiet ward' })
    await assignCareTeam(admin(), { membershipId: membershipOf(hospital.nurse), charge: { wardId } })
    await using viewer = await wardViewer(null, { wardId })
    await viewer.sees(() => viewer.beats >= 2, 8_000)
    expect(viewer.frames).toHaveLength(1)
  })
})

describe('the stream of alarms', () => {
  it('brings every event once and in order, for those one cares for', async () => {
    const { id: wardId } = await createWard(admin(), { name: 'Ward of others' })
    const [mine, others] = [await hospital.admit(), await hospital.admit({ wardId })]
    await using viewer = await alarmsViewer()
    await assignCareTeam(admin(), { membershipId: membershipOf(hospital.doctor), charge: { wardId } })
    await raiseEmergency(hospital.as(hospital.doctor), { patientId: others.patientId })
    const { id: alarmId } = await raiseEmergency(nurse(), { patientId: mine.patientId })
    await acknowledgeAlarm(nurse(), { alarmId })
    await resolveAlarm(nurse(), { alarmId })
    await viewer.sees(() => topics(viewer, mine.patientId).length === 3)
    expect(topics(viewer, mine.patientId)).toEqual(['alarm.raised', 'alarm.acknowledged', 'alarm.resolved'])
    expect(topics(viewer, others.patientId)).toEqual([])
    // From now on the other ward is the nurse's as well.
    await assignCareTeam(admin(), { membershipId: membershipOf(hospital.nurse), charge: { wardId } })
    await raiseEmergency(hospital.as(hospital.doctor), { patientId: others.patientId })
    await viewer.sees(() => topics(viewer, others.patientId).length === 1)
  })

  it('shows what is open when somebody comes or goes', async () => {
    const { id: wardId } = await createWard(admin(), { name: 'Ward with an alarm' })
    const { patientId } = await hospital.admit({ wardId })
    const { id: alarmId } = await raiseEmergency(hospital.as(await memberOfWard(hospital, wardId)), { patientId })
    await using viewer = await alarmsViewer()
    const openNow = () => viewer.frames.findLast(({ open }) => open !== null)?.open?.map(({ id }) => id) ?? []
    expect(openNow()).not.toContain(alarmId)
    const { id: place } = await assignCareTeam(admin(), {
      membershipId: membershipOf(hospital.nurse),
      charge: { wardId },
    })
    await viewer.sees(() => openNow().includes(alarmId))
    await endCareTeam(admin(), { id: place })
    await viewer.sees(() => !openNow().includes(alarmId))
    // A transfer brings the open alarm to the team of the new ward, and takes it away again.
    await transferPatient(admin(), { patientId, wardId: hospital.wardId })
    await viewer.sees(() => openNow().includes(alarmId))
    await transferPatient(admin(), { patientId, wardId })
    await viewer.sees(() => !openNow().includes(alarmId))
  })

  it('keeps nothing for a slow consumer of those who left their care meanwhile', async () => {
    const { id: wardId } = await createWard(admin(), { name: 'Ward for a while' })
    const [stays, leaves] = [await hospital.admit(), await hospital.admit({ wardId })]
    const charge = { membershipId: membershipOf(hospital.nurse), charge: { wardId } }
    const { id: place } = await assignCareTeam(admin(), charge)
    await using viewer = await alarmsViewer()
    viewer.isCongested = true
    await using witness = await alarmsViewer()
    for (const { patientId } of [leaves, stays]) await raiseEmergency(nurse(), { patientId })
    await witness.sees(() => topics(witness, stays.patientId).length === 1)
    await endCareTeam(admin(), { id: place })
    await witness.sees(() => witness.frames.findLast(({ open }) => open !== null) !== witness.frames[0])
    const before = viewer.frames.length
    // A look later, what waits for the slow one has been renewed as well.
    const { id: alarmId } = await raiseEmergency(nurse(), { patientId: stays.patientId })
    await witness.sees(() => topics(witness, stays.patientId).length === 2)
    viewer.isCongested = false
    await viewer.sees(() => topics(viewer, stays.patientId).length === 2)
    expect(viewer.frames).toHaveLength(before + 1)
    expect(topics(viewer, leaves.patientId)).toEqual([])
    await resolveAlarm(nurse(), { alarmId })
  })

  it('loses none to a transaction that commits late', async () => {
    const { patientId } = await hospital.admit()
    await using viewer = await alarmsViewer()
    await using held = await holdTransaction(hospital.url)
    await held.sql({
      text: `insert into event (id, hospital_id, patient_id, ward_id, topic, at, payload) values ($1, $2, $3, $4, 'alarm.raised', now(), '{}')`,
      values: [uuidv7(), hospital.hospitalId, patientId, hospital.wardId],
    })
    await raiseEmergency(nurse(), { patientId })
    await viewer.sees(() => topics(viewer, patientId).length === 1)
    await held.commit()
    await viewer.sees(() => topics(viewer, patientId).length === 2)
    await viewer.close()
    await using resumed = await alarmsViewer(viewer.cursor)
    expect(topics(resumed, patientId)).toEqual([])
  })
})
