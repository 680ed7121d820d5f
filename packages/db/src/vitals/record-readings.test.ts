import { describe, expect, it } from 'vitest'
import { testHospital } from '../../test/hospital.ts'
import { listAlarms } from '../alarms/alarms.ts'
import type { IncomingReading } from './ingest/reading.ts'
import { readLatest } from './read-bedside.ts'
import { readHistory, readHourly } from './read-vitals.ts'
import { recordReadings } from './record-readings.ts'

let nextIndex = 0
function reading(over: Partial<IncomingReading>): IncomingReading {
  return {
    index: nextIndex++,
    patientId: null,
    mrn: null,
    sourceTime: Date.now(),
    device: null,
    values: { heartRate: 72 },
    ...over,
  }
}

describe('recording readings', () => {
  it('stores a batch, keeps the latest values, the rollup and the history', async () => {
    await using hospital = await testHospital()
    const { patientId, mrn } = await hospital.admit()
    const at = hospital.clock.now.getTime()
    const outcome = await recordReadings(hospital.as(hospital.gateway), {
      rows: [
        reading({ index: 0, patientId, sourceTime: at - 2000, values: { heartRate: 70, spo2: 97 } }),
        reading({ index: 1, mrn, sourceTime: at - 1000, values: { heartRate: 74, temperature: 36.6 } }),
        reading({ index: 2, mrn: 'nobody' }),
        reading({ index: 3, patientId, sourceTime: at - 2000, values: { heartRate: 70, spo2: 97 } }),
        reading({ index: 4, patientId, sourceTime: at - 500, values: { heartRate: 0 } }),
      ],
    })
    expect(outcome).toEqual({
      stored: 2,
      flagged: 1,
      duplicates: 1,
      refused: 1,
      exceptions: [
        { index: 2, status: 'refused', code: 'not_admitted', field: 'mrn' },
        { index: 3, status: 'duplicate' },
        { index: 4, status: 'flagged', flags: ['implausible'], fields: ['heartRate'] },
      ],
    })
    const nurse = hospital.as(hospital.nurse)
    const tile = await readLatest(nurse, { patientId })
    expect(tile?.latest).toMatchObject({
      heartRate: { value: 74 },
      spo2: { value: 97 },
      temperature: { value: 36.6 },
    })
    expect(tile?.readings).toBe(3)
    const history = await readHistory(nurse, { patientId, limit: 2, after: null, from: null })
    expect(history.items.map(({ heartRate }) => heartRate)).toEqual([0, 74])
    const rest = await readHistory(nurse, { patientId, limit: 2, after: history.next, from: null })
    expect(rest.items.map(({ heartRate }) => heartRate)).toEqual([70])
    const hours = await readHourly(nurse, {
      patientId,
      from: new Date(at - 7_200_000).toISOString(),
      to: new Date(at + 3_600_000).toISOString(),
    })
    expect(hours.reduce((sum, { heartRate }) => sum + (heartRate?.count ?? 0), 0)).toBe(2)
  })

  it('raises one alarm for a lasting breach and resolves it with the recovery', async () => {
    await using hospital = await testHospital()
    const { patientId } = await hospital.admit()
    const start = hospital.clock.now.getTime() - 300_000
    const send = (second: number, heartRate: number) =>
      recordReadings(hospital.as(hospital.gateway), {
        rows: [reading({ index: 0, patientId, sourceTime: start + second * 1000, values: { heartRate } })],
      })
    for (let second = 0; second < 40; second += 5) await send(second, 135)
    const nurse = hospital.as(hospital.nurse)
    const all = { patientId, openOnly: false, since: null, after: null, limit: 50 }
    const raised = await listAlarms(nurse, all)
    expect(raised.items.filter(({ status }) => status === 'raised')).toMatchObject([
      { level: 'critical', parameter: 'heartRate', rule: 'threshold:heartRate:critical:high' },
    ])
    for (let second = 40; second < 120; second += 5) await send(second, 80)
    const after = await listAlarms(nurse, { ...all, openOnly: true })
    expect(after.items.filter(({ parameter }) => parameter === 'heartRate')).toEqual([])
  })
})
