import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestHospital, testHospital } from '../../../test/hospital.ts'
import { fates, type Row, send, wrongRollups } from '../../../test/readings.ts'
import { assignDevice, registerDevice } from '../../devices/devices.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const second = 1000
/** Few patients, times, devices and values, so that rows collide in every way. */
const row = fc.record({
  patient: fc.nat({ max: 2 }),
  ago: fc.oneof(
    fc.nat({ max: 4 }).map((n) => n * second),
    fc.constant(401 * 86_400 * second),
    fc.constant(-86_401 * second),
  ),
  hasDevice: fc.boolean(),
  heartRate: fc.constantFrom(60, 60, 60, 61, 0, 140),
  spo2: fc.option(fc.constantFrom(97, 88), { nil: undefined }),
})
const story = fc.array(fc.array(fc.array(row, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 4,
})

it('whatever is sent, by however many at once: what was acknowledged is there once, and the rollup is its sum', async () => {
  let serial = 0
  await fc.assert(
    fc.asyncProperty(story, async (rounds) => {
      const patients = await Promise.all([0, 1, 2].map(() => hospital.admit()))
      const device = `P-${serial++}`
      const { id: deviceId } = await registerDevice(hospital.as(hospital.admin), { serial: device, kind: 'other' })
      const wearer = patients[0]?.patientId ?? ''
      await assignDevice(hospital.as(hospital.admin), { deviceId, patientId: wearer })
      const start = hospital.clock.now.getTime()
      /** Key of a reading -> its values, once somebody was told that it is stored. */
      const acknowledged = new Map<string, string>()
      const wrong: string[] = []
      for (const requests of rounds) {
        const batches = requests.map((rows) =>
          rows.map(({ patient, ago, hasDevice, heartRate, spo2 }): Row => ({
            patientId: patients[patient]?.patientId ?? '',
            sourceTime: start - ago,
            device: hasDevice ? device : null,
            values: spo2 === undefined ? { heartRate } : { heartRate, spo2 },
          })),
        )
        const answers = await Promise.all(batches.map((rows) => send(hospital, rows)))
        const told = batches.flatMap((rows, index) => {
          const answer = answers[index]
          const what = answer ? fates(answer, rows.length) : []
          return rows.map((sent, place) => ({ sent, fate: what[place] ?? 'no answer' }))
        })
        // Concurrent requests may be taken in either order: what was stored is looked at before what repeats it.
        const isStored = (fate: string) => /^(stored|late|implausible|clock_skew|\+)+$/.test(fate)
        for (const { sent } of told.filter(({ fate }) => isStored(fate))) {
          const key = `${sent.patientId} ${sent.sourceTime} ${sent.device}`
          if (acknowledged.has(key)) wrong.push(`stored twice: ${key}`)
          acknowledged.set(key, JSON.stringify(sent.values))
        }
        for (const { sent, fate } of told.filter((one) => !isStored(one.fate))) {
          const known = acknowledged.get(`${sent.patientId} ${sent.sourceTime} ${sent.device}`)
          const age = start - (sent.sourceTime ?? 0)
          const isElsewhere = sent.device !== null && sent.patientId !== wearer && age <= 0
          const expected = isElsewhere
            ? 'device_elsewhere'
            : age > 400 * 86_400 * second
              ? 'too_old'
              : age < -86_400 * second
                ? 'future_time'
                : known === JSON.stringify(sent.values)
                  ? 'duplicate'
                  : 'differs_from_stored'
          if (fate !== expected) wrong.push(`${fate} instead of ${expected}`)
        }
      }
      expect(wrong).toEqual([])
      const stored = await hospital.db.sql<{ key: string; heartRate: number; spo2: number | null }>({
        text: `select r.patient_id || ' ' || (extract(epoch from r.at) * 1000)::bigint || ' ' || coalesce(d.serial, 'null') as key,
                      r.heart_rate "heartRate", r.spo2
                 from vital_reading r left join device d on d.id = r.device_id where r.patient_id = any($1)`,
        values: [patients.map(({ patientId }) => patientId)],
      })
      const found = new Map(
        stored.map(({ key, heartRate, spo2 }) => [
          key,
          JSON.stringify(spo2 === null ? { heartRate } : { heartRate, spo2 }),
        ]),
      )
      expect(stored).toHaveLength(acknowledged.size)
      expect(found).toEqual(acknowledged)
    }),
    { numRuns: 25 },
  )
  expect(await wrongRollups(hospital.db.sql)).toEqual([])
})
