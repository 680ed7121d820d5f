import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdTransaction } from '../../../test/held-transaction.ts'
import { type TestHospital, testHospital } from '../../../test/hospital.ts'
import { fates, type Row, send, storedReadings, wrongRollups } from '../../../test/readings.ts'
import { admitPatient } from '../../admissions/admit-patient.ts'
import { dischargePatient } from '../../admissions/discharge-patient.ts'
import { openDatabase } from '../../database/open-database.ts'
import { assignDevice, registerDevice, unassignDevice } from '../../devices/devices.ts'
import { createWard } from '../../hospitals/wards.ts'
import { readLatest } from '../read-bedside.ts'
import { recordReadings } from '../record-readings.ts'

let hospital: TestHospital
let elsewhere: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
  elsewhere = await testHospital()
})
afterAll(async () => {
  await hospital[Symbol.asyncDispose]()
  await elsewhere[Symbol.asyncDispose]()
})

const minute = 60_000
const day = 86_400_000
const now = () => hospital.clock.now.getTime()
const heart = (patientId: string, heartRate: number, ago = 0): Row => ({
  patientId,
  sourceTime: now() - ago,
  values: { heartRate },
})
const latestRate = async (patientId: string) =>
  (await readLatest(hospital.as(hospital.nurse), { patientId }))?.latest.heartRate?.value

/** Sends rows and says what became of each. */
const fate = async (rows: readonly Row[], actor = hospital.gateway) =>
  fates(await send(hospital, rows, actor), rows.length)

describe('a batch of readings', () => {
  it('keeps late readings, and lets none of them pass for the newest', async () => {
    const { patientId } = await hospital.admit()
    expect(await fate([heart(patientId, 80, minute)])).toEqual(['stored'])
    expect(await fate([heart(patientId, 140, 5 * minute), heart(patientId, 82, 0)])).toEqual(['late', 'stored'])
    expect(await latestRate(patientId)).toBe(82)
    expect(await storedReadings(hospital.db.sql, patientId)).toBe(3)
  })

  it('takes rows out of order within one batch in the order of their own times', async () => {
    const { patientId } = await hospital.admit()
    const rows = [10, 50, 30, 20, 40].map((ago) => heart(patientId, 60 + ago, ago * 1000))
    expect(await fate(rows)).toEqual(rows.map(() => 'stored'))
    expect(await latestRate(patientId)).toBe(70)
  })

  it('stores a repetition once, and refuses one that differs, across batches and within one', async () => {
    const { patientId } = await hospital.admit()
    const temperature = (value: number): Row => ({ patientId, values: { temperature: value } })
    expect(await fate([temperature(36.6), temperature(36.6), temperature(36.7)])).toEqual([
      'stored',
      'duplicate',
      'differs_from_stored',
    ])
    expect(await fate([temperature(36.6), { patientId, values: { temperature: 36.6, spo2: 97 } }])).toEqual([
      'duplicate',
      'differs_from_stored',
    ])
    expect(await storedReadings(hospital.db.sql, patientId)).toBe(1)
  })

  it('calls no row a duplicate of one that was refused', async () => {
    const { patientId } = await hospital.admit()
    await fate([heart(patientId, 70)])
    expect(await fate([heart(patientId, 71), heart(patientId, 71), heart(patientId, 70)])).toEqual([
      'differs_from_stored',
      'differs_from_stored',
      'duplicate',
    ])
  })

  it('flags a clock ahead, refuses one that is nonsense, and keeps taking what comes after', async () => {
    const { patientId } = await hospital.admit()
    const rows = [-90_000, -23 * 3_600_000, -25 * 3_600_000].map((ago) => heart(patientId, 75, ago))
    expect(await fate(rows)).toEqual(['clock_skew', 'clock_skew', 'future_time'])
    hospital.clock.advance(120)
    expect(await fate([heart(patientId, 91)])).toEqual(['stored'])
    expect(await latestRate(patientId)).toBe(91)
  })

  it('refuses what is older than the retention, and takes what is just within it', async () => {
    const { patientId } = await hospital.admit()
    expect(await fate([heart(patientId, 70, 400 * day + minute), heart(patientId, 70, 400 * day - minute)])).toEqual([
      'too_old',
      'stored',
    ])
  })

  it('stores impossible values flagged, without effect on what is shown', async () => {
    const { patientId } = await hospital.admit()
    await fate([heart(patientId, 70, 1000)])
    expect(
      await fate([heart(patientId, 0), { patientId, device: null, sourceTime: now() + 1, values: { spo2: 140 } }]),
    ).toEqual(['implausible', 'implausible'])
    expect(await latestRate(patientId)).toBe(70)
  })

  it('fails no row for another’s fault', async () => {
    const { patientId, mrn } = await hospital.admit()
    const stranger = await elsewhere.admit()
    const rows: Row[] = [
      heart(patientId, 70),
      { mrn: 'nobody', values: { heartRate: 70 } },
      heart(stranger.patientId, 70),
      { mrn, sourceTime: now() + 1, values: { heartRate: 71 } },
      { patientId, device: 'no such device', values: { heartRate: 70 } },
    ]
    expect(await fate(rows)).toEqual(['stored', 'not_admitted', 'not_admitted', 'stored', 'device_unknown'])
  })

  it('of a discharged patient takes what was measured before, and nothing after', async () => {
    const { patientId } = await hospital.admit()
    await dischargePatient(hospital.as(hospital.admin), { patientId })
    expect(await fate([heart(patientId, 70, minute), heart(patientId, 70, -1)])).toEqual(['stored', 'not_admitted'])
  })

  it('that is sent again after the patient came back is known, not an error', async () => {
    const { patientId } = await hospital.admit()
    const rows = [heart(patientId, 70, 2 * minute), heart(patientId, 71, minute)]
    await fate(rows)
    await dischargePatient(hospital.as(hospital.admin), { patientId })
    await admitPatient(hospital.as(hospital.admin), { patientId, wardId: hospital.wardId })
    expect(await fate([...rows, heart(patientId, 72)])).toEqual(['duplicate', 'duplicate', 'stored'])
  })

  it('by a device that is on somebody else is refused, except for what it measured before', async () => {
    const [wearer, former] = [await hospital.admit(), await hospital.admit()]
    const { id: deviceId } = await registerDevice(hospital.as(hospital.admin), { serial: 'D-1', kind: 'wearable' })
    await assignDevice(hospital.as(hospital.admin), { deviceId, patientId: former.patientId })
    hospital.clock.advance(600)
    await unassignDevice(hospital.as(hospital.admin), { deviceId, patientId: former.patientId })
    await assignDevice(hospital.as(hospital.admin), { deviceId, patientId: wearer.patientId })
    hospital.clock.advance(60)
    const by = (row: Row): Row => ({ ...row, device: 'D-1' })
    expect(
      await fate([
        by(heart(wearer.patientId, 70)),
        by(heart(former.patientId, 70)),
        by(heart(former.patientId, 71, 5 * minute)),
        // The same time by no device is another reading.
        heart(wearer.patientId, 70),
      ]),
    ).toEqual(['stored', 'device_elsewhere', 'stored', 'late'])
  })

  it('of a person reaches the patients they care for, and no others', async () => {
    const { id: wardId } = await createWard(hospital.as(hospital.admin), { name: 'Ward of others' })
    const [near, far] = [await hospital.admit(), await hospital.admit({ wardId })]
    const rows = [heart(near.patientId, 70), heart(far.patientId, 70)]
    expect(await fate(rows, hospital.nurse)).toEqual(['stored', 'not_admitted'])
    await expect(fate(rows, hospital.admin)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await fate([heart(near.patientId, 70)], elsewhere.gateway)).toEqual(['not_admitted'])
  })

  it('finds its place in every month it reaches over, also where only those at its ends are known', async () => {
    const { patientId } = await hospital.admit()
    expect(await fate([heart(patientId, 70, 300 * day)])).toEqual(['stored'])
    expect(await fate([heart(patientId, 70, 200 * day)])).toEqual(['stored'])
    const months = [299, 260, 230, 201].map((days) => heart(patientId, 71, days * day))
    expect(await send(hospital, months)).toMatchObject({ refused: 0, duplicates: 0 })
    expect(await storedReadings(hospital.db.sql, patientId)).toBe(6)
  })

  it('needs no second connection while it holds one: none is left when every lane is busy', async () => {
    const { patientId } = await hospital.admit()
    const db = await openDatabase({ url: hospital.url, keys: hospital.db.keys, poolSize: 1 })
    try {
      const narrow: TestHospital = { ...hospital, as: (actor) => ({ ...hospital.as(actor), db }) }
      expect(await send(narrow, [heart(patientId, 70)])).toMatchObject({ stored: 1 })
    } finally {
      await db.close()
    }
  })

  it('has at most 5,000 rows, and takes so many', async () => {
    const patients = await Promise.all(Array.from({ length: 4 }, () => hospital.admit()))
    const rows = Array.from({ length: 5_000 }, (_, index) =>
      heart(patients[index % 4]?.patientId ?? '', 60 + (index % 40), index),
    )
    const outcome = await send(hospital, rows)
    expect(outcome).toMatchObject({ stored: 5_000, exceptions: [] })
    expect(await send(hospital, rows)).toMatchObject({ stored: 0, duplicates: 5_000 })
    await expect(send(hospital, [...rows, heart('', 70)])).rejects.toMatchObject({
      code: 'invalid',
      details: { field: 'readings' },
    })
  })
})

describe('requests that share a transaction', () => {
  it('keep the outcomes of their own rows', async () => {
    const patients = await Promise.all(Array.from({ length: 5 }, () => hospital.admit()))
    await using held = await holdTransaction(hospital.url)
    // While the audit chain is taken, both lanes fill and everything else waits for one transaction.
    await held.sql({ text: 'select 1 from audit_chain where chain = $1 for update', values: [hospital.hospitalId] })
    const requests = Array.from({ length: 40 }, (_, index) => {
      const patientId = patients[index % 5]?.patientId ?? ''
      const row = heart(patientId, 60 + index, index * 1000)
      return fate([row, { mrn: `nobody ${index}`, values: { heartRate: 1 } }, row])
    })
    await held.isWaitedFor()
    await held.commit()
    const all = await Promise.all(requests)
    expect(all.map(([first]) => first === 'stored' || first === 'late')).toEqual(all.map(() => true))
    expect(all.map(([, second]) => second)).toEqual(all.map(() => 'not_admitted'))
    expect(all.map(([, , third]) => third)).toEqual(all.map(() => 'duplicate'))
  })

  it('fail alone: one that breaks takes nobody along', async () => {
    const { patientId } = await hospital.admit()
    await using held = await holdTransaction(hospital.url)
    await held.sql({ text: 'select 1 from audit_chain where chain = $1 for update', values: [hospital.hospitalId] })
    const rows = Array.from({ length: 8 }, (_, index) => [heart(patientId, 70 + index, index * 1000)])
    const poison: Row[] = [{ patientId, device: 'NUL\0', values: { heartRate: 70 } }]
    const requests = [...rows.slice(0, 4), poison, ...rows.slice(4)].map((own) => send(hospital, own))
    const settled = Promise.allSettled(requests)
    await held.isWaitedFor()
    await held.commit()
    const results = await settled
    expect(results.map(({ status }) => status)).toEqual(
      results.map((_, index) => (index === 4 ? 'rejected' : 'fulfilled')),
    )
    expect(await storedReadings(hospital.db.sql, patientId)).toBe(8)
  })

  it('are one entry each in the audit log, with the count of what was refused', async () => {
    const { patientId } = await hospital.admit()
    const ctx = hospital.as(hospital.gateway)
    await recordReadings(ctx, {
      rows: [
        { index: 0, patientId, mrn: null, device: null, sourceTime: now(), values: { heartRate: 70 } },
        { index: 1, patientId: null, mrn: 'nobody', device: null, sourceTime: now(), values: { heartRate: 70 } },
      ],
    })
    const entries = await hospital.db.sql({
      text: 'select action, detail from audit_entry where request_id = $1',
      values: [ctx.requestId],
    })
    expect(entries).toEqual([{ action: 'vitals.record', detail: { readings: 2, refused: 1 } }])
  })
})

it('after all of this, every hour’s rollup is the sum of its readings', async () => {
  expect(await wrongRollups(hospital.db.sql)).toEqual([])
})
