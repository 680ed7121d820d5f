import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { clearPatientThreshold, listThresholds, setThreshold, type SetThresholdInput } from './threshold-verbs.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const limits = {
  parameter: 'heartRate',
  level: 'warning',
  low: 55,
  high: 110,
  exitMargin: 3,
  dwellSeconds: 20,
} as const
const inHours = (hours: number) => new Date(hospital.clock.now.getTime() + hours * 3_600_000).toISOString()
const setDefault = (over: Partial<SetThresholdInput> = {}) => {
  hospital.clock.advance(1)
  return setThreshold(hospital.as(hospital.admin), { ...limits, patientId: null, ...over })
}
const setOwn = (patientId: string, over: Partial<SetThresholdInput> = {}) => {
  hospital.clock.advance(1)
  return setThreshold(hospital.as(hospital.doctor), { ...limits, patientId, ...over })
}
const spans = async (patientId: string | null, level: string = 'warning') =>
  (await listThresholds(hospital.as(hospital.doctor), { patientId }))
    .filter((row) => row.parameter === 'heartRate' && row.level === level)
    .map((row) => ({ own: row.patientId !== null, high: row.high, ends: row.effectiveUntil !== null }))

describe('limits', () => {
  it('of a patient stay as they are when the hospital’s change', async () => {
    const { patientId } = await hospital.admit()
    await setOwn(patientId, { high: 130 })
    await setDefault({ high: 105 })
    await setDefault({ high: 115 })
    expect(await spans(patientId)).toEqual([
      { own: false, high: 115, ends: false },
      { own: true, high: 130, ends: false },
    ])
    expect(await spans(patientId, 'critical')).toEqual([{ own: false, high: 120, ends: false }])
  })

  it('are one set at any moment: what begins within another’s span is refused', async () => {
    const { patientId } = await hospital.admit()
    await setOwn(patientId, { effectiveFrom: inHours(2), high: 125 })
    await expect(setOwn(patientId, { effectiveFrom: inHours(1) })).rejects.toMatchObject({
      code: 'thresholds_overlap',
      details: { field: 'effectiveUntil' },
    })
    await setOwn(patientId, { effectiveFrom: inHours(1), effectiveUntil: inHours(1.5), high: 115 })
    expect((await spans(patientId)).filter(({ own }) => own).map(({ high }) => high)).toEqual([115, 125])
    const effectiveFrom = inHours(9)
    const race = Array.from({ length: 4 }, () => setOwn(patientId, { effectiveFrom, high: 140 }))
    expect(outcomesOf(await Promise.allSettled(race)).done).toBe(1)
  })

  it('end where the next begin, and never in the past', async () => {
    const { patientId } = await hospital.admit()
    await setOwn(patientId, { high: 125 })
    await setOwn(patientId, { high: 135, effectiveFrom: inHours(3) })
    expect((await spans(patientId)).filter(({ own }) => own)).toEqual([
      { own: true, high: 125, ends: true },
      { own: true, high: 135, ends: false },
    ])
    await expect(setOwn(patientId, { effectiveFrom: inHours(-1) })).rejects.toMatchObject({
      details: { field: 'effectiveFrom' },
    })
    await expect(setOwn(patientId, { effectiveFrom: inHours(5), effectiveUntil: inHours(5) })).rejects.toMatchObject({
      details: { field: 'effectiveUntil' },
    })
  })

  it('cleared leave the hospital’s, the planned ones included', async () => {
    const { patientId } = await hospital.admit()
    await setOwn(patientId, { high: 125 })
    await setOwn(patientId, { high: 135, effectiveFrom: inHours(3) })
    hospital.clock.advance(1)
    const clear = () =>
      clearPatientThreshold(hospital.as(hospital.doctor), { patientId, parameter: 'heartRate', level: 'warning' })
    expect(await clear()).toEqual({ cleared: true })
    expect((await spans(patientId)).filter(({ own }) => own)).toEqual([])
    expect(await clear()).toEqual({ cleared: false })
  })

  it.each([
    [{ low: null, high: null }, 'low'],
    [{ low: 100, high: 90 }, 'low'],
    [{ low: Number.NaN }, 'low'],
    [{ exitMargin: -1 }, 'exitMargin'],
    [{ exitMargin: 60 }, 'exitMargin'],
    [{ dwellSeconds: 601 }, 'dwellSeconds'],
  ])('that make no sense are refused: %j', async (over, field) => {
    await expect(setDefault(over)).rejects.toMatchObject({ code: 'invalid', details: { field } })
  })

  it('of the hospital are the administrator’s, of a patient the doctor’s', async () => {
    const { patientId } = await hospital.admit()
    const forbidden = { code: 'forbidden' }
    await expect(setThreshold(hospital.as(hospital.doctor), { ...limits, patientId: null })).rejects.toMatchObject(
      forbidden,
    )
    await expect(setThreshold(hospital.as(hospital.admin), { ...limits, patientId })).rejects.toMatchObject(forbidden)
    await expect(setThreshold(hospital.as(hospital.nurse), { ...limits, patientId })).rejects.toMatchObject(forbidden)
  })
})
