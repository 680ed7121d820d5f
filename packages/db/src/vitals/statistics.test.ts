import { describe, expect, it } from 'vitest'
import { testHospital } from '../../test/hospital.ts'
import { send } from '../../test/readings.ts'
import { dropExpiredPartitions, ensurePartitions, partitionOf } from './partitions.ts'
import { readDaily, readHistory, readHourly } from './read-vitals.ts'

const hour = 3_600_000

describe('statistics', () => {
  it.each([
    // Half an hour off the UTC hour: midnight in Kolkata is 18:30 UTC.
    { timeZone: 'Asia/Kolkata', day: '2026-06-10', hours: 24, firstUtc: '2026-06-09T18:30:00.000Z' },
    { timeZone: 'Europe/Vienna', day: '2026-03-29', hours: 23, firstUtc: '2026-03-28T23:00:00.000Z' },
    { timeZone: 'Europe/Vienna', day: '2026-10-25', hours: 25, firstUtc: '2026-10-24T22:00:00.000Z' },
    { timeZone: 'America/St_Johns', day: '2026-11-01', hours: 25, firstUtc: '2026-11-01T02:30:00.000Z' },
  ])(
    'by day begin at the hospital’s midnight: $day in $timeZone has $hours hours',
    async ({ timeZone, day, hours, firstUtc }) => {
      await using hospital = await testHospital()
      await hospital.db.sql({ text: 'update hospital set time_zone = $1', values: [timeZone] })
      const { patientId } = await hospital.admit()
      const midnight = Date.parse(firstUtc)
      hospital.clock.now = new Date(midnight + 30 * hour)
      // The last moment before, every hour of the day, its last moment, and the first of the next.
      const times = [
        midnight - 1,
        ...Array.from({ length: hours }, (_, index) => midnight + index * hour),
        midnight + hours * hour - 1,
      ]
      const rows = [...times, midnight + hours * hour].map((sourceTime, index) => ({
        patientId,
        sourceTime,
        values: { heartRate: 60 + index },
      }))
      await send(hospital, rows)
      const nurse = hospital.as(hospital.nurse)
      const { days, timeZone: zone } = await readDaily(nurse, { patientId, from: day, days: 1 })
      expect(zone).toBe(timeZone)
      expect(days).toHaveLength(1)
      expect(days[0]).toMatchObject({
        start: firstUtc,
        readings: hours + 1,
        heartRate: { count: hours + 1, min: 61, max: 61 + hours },
      })
      const three = await readDaily(nurse, { patientId, from: day, days: 2 })
      expect(three.days.map(({ readings }) => readings)).toEqual([hours + 1, 1])
    },
  )

  it('by hour leave out implausible values and keep their count of readings', async () => {
    await using hospital = await testHospital()
    const { patientId } = await hospital.admit()
    const start = Math.floor(hospital.clock.now.getTime() / hour) * hour - hour
    const rates = [70, 0, 90, 400]
    await send(
      hospital,
      rates.map((heartRate, index) => ({ patientId, sourceTime: start + index * 1000, values: { heartRate } })),
    )
    const hours = await readHourly(hospital.as(hospital.nurse), {
      patientId,
      from: new Date(start).toISOString(),
      to: new Date(start + hour).toISOString(),
    })
    expect(hours).toMatchObject([
      {
        start: new Date(start).toISOString(),
        readings: 4,
        heartRate: { count: 2, mean: 80, min: 70, max: 90 },
        spo2: null,
      },
    ])
  })
})

describe('the history', () => {
  it('skips and repeats nothing where readings have equal times', async () => {
    await using hospital = await testHospital()
    const { patientId } = await hospital.admit()
    await hospital.db.sql({
      text: `insert into device (id, hospital_id, serial, kind, created_at)
             select gen_random_uuid(), $1, 'D' || n, 'other', now() from generate_series(1, 7) n`,
      values: [hospital.hospitalId],
    })
    const now = hospital.clock.now.getTime()
    const rows = Array.from({ length: 7 }, (_, n) => ({
      patientId,
      device: `D${n + 1}`,
      values: { heartRate: 60 + n },
    }))
    await send(hospital, [...rows, { patientId, sourceTime: now - 1, values: { heartRate: 50 } }])
    const seen: (number | null)[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof readHistory>> = await readHistory(hospital.as(hospital.nurse), {
        patientId,
        limit: 3,
        after,
        from: null,
      })
      seen.push(...page.items.map(({ heartRate }) => heartRate))
      after = page.next
    } while (after !== null)
    expect(seen.at(-1)).toBe(50)
    expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual([50, 60, 61, 62, 63, 64, 65, 66])
  })
})

describe('partitions', () => {
  it('are made by many at once, and dropped when all of a month is past retention', async () => {
    await using hospital = await testHospital()
    const { ownerSql: sql } = hospital.db
    const now = Date.UTC(2026, 5, 15)
    const span = { from: Date.UTC(2025, 2, 1), to: Date.UTC(2026, 6, 1) }
    await Promise.all(Array.from({ length: 5 }, () => ensurePartitions(sql, span)))
    const names = async () =>
      (
        await sql<{ name: string }>({
          text: `select inhrelid::regclass::text name from pg_inherits where inhparent = 'vital_reading'::regclass order by 1`,
        })
      ).map(({ name }) => name)
    expect(await names()).toEqual(expect.arrayContaining(['vital_reading_2025_03', 'vital_reading_2026_07']))
    // 400 days before 15 June 2026 is 11 May 2025: that month still has readings that count.
    expect(await dropExpiredPartitions(sql, new Date(now))).toEqual(['vital_reading_2025_03', 'vital_reading_2025_04'])
    expect((await names())[0]).toBe(partitionOf(Date.UTC(2025, 4, 11)))
  })
})
