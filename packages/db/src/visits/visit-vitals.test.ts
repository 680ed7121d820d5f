import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readVitals, toVitals, type VisitVitals, type VisitVitalsInput } from './visit-vitals.ts'

const refusal = (field: string) =>
  expect.objectContaining({ code: 'invalid', details: expect.objectContaining({ field }) })
const refusedFor = (input: VisitVitalsInput): unknown => {
  try {
    return toVitals(input)
  } catch (error) {
    return error
  }
}

/** Of the reference system's visits. */
const limits = {
  temperature: [30, 45],
  systolic: [50, 300],
  diastolic: [30, 200],
  heartRate: [20, 300],
  pulse: [20, 300],
  respiration: [5, 60],
  spo2: [50, 100],
  weightKg: [0.5, 500],
  heightCm: [20, 300],
  waistCm: [20, 300],
  hipCm: [20, 300],
} as const satisfies Record<keyof VisitVitals, readonly [number, number]>
const fields = Object.entries(limits) as [keyof VisitVitals, readonly [number, number]][]

describe('vital signs of a visit', () => {
  it.each(fields)('%s is taken up to its limits and refused beyond them, by name', (field, [low, high]) => {
    for (const value of [low, high]) expect(toVitals({ [field]: value })).toMatchObject({ [field]: value })
    for (const value of [low - 0.01, high + 0.01, -1, 1e300, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(refusedFor({ [field]: value })).toEqual(refusal(`vitals.${field}`))
    }
  })

  it('take the README’s own example: 98.6 °F, "120/80" and a pulse', () => {
    const taken = toVitals({ temperature: 98.6, temperatureUnit: '[degF]', bloodPressure: '120/80', pulse: 72 })
    expect(taken).toMatchObject({ temperature: 37, systolic: 120, diastolic: 80, pulse: 72, heartRate: null })
  })

  it('are the same in Celsius and Fahrenheit, at every temperature a patient can have', () => {
    fc.assert(
      fc.property(fc.double({ min: 30, max: 45, noNaN: true }), (celsius) => {
        const { temperature } = toVitals({ temperature: (celsius * 9) / 5 + 32, temperatureUnit: '[degF]' })
        expect(Math.abs((temperature ?? 0) - celsius)).toBeLessThanOrEqual(0.005_001)
      }),
    )
    // Fahrenheit that nobody said was Fahrenheit is no temperature, and Celsius called Fahrenheit is none either.
    expect(refusedFor({ temperature: 98.6 })).toEqual(refusal('vitals.temperature'))
    expect(refusedFor({ temperature: 37, temperatureUnit: '[degF]' })).toEqual(refusal('vitals.temperature'))
  })

  it('take one form of a pressure, and none that is none', () => {
    for (const bloodPressure of ['120', '120/', '/80', '120-80', '120/80/60', 'high', '1200/80', '']) {
      expect(refusedFor({ bloodPressure })).toEqual(refusal('vitals.bloodPressure'))
    }
    expect(refusedFor({ bloodPressure: '120/80', systolic: 120 })).toEqual(refusal('vitals.bloodPressure'))
    expect(refusedFor({ bloodPressure: '120/300' })).toEqual(refusal('vitals.diastolic'))
    expect(refusedFor({ bloodPressure: '80/120' })).toEqual(refusal('vitals.diastolic'))
    expect(refusedFor({ systolic: 120, diastolic: 120 })).toEqual(refusal('vitals.diastolic'))
    // By palpation there is no diastolic pressure.
    expect(toVitals({ systolic: 90 })).toMatchObject({ systolic: 90, diastolic: null })
  })

  it('are at least one', () => {
    expect(refusedFor({})).toEqual(refusal('vitals'))
    expect(refusedFor({ temperatureUnit: '[degF]', spo2: null })).toEqual(refusal('vitals'))
  })
})

describe('what follows from them', () => {
  const read = (input: VisitVitalsInput, sex: 'female' | 'male' | 'other' | 'unknown' = 'female') =>
    readVitals(toVitals(input), sex)

  it('is the body mass index, of weight and height alone', () => {
    expect(read({ weightKg: 70, heightCm: 175 }).bmi).toBe(22.9)
    expect(read({ weightKg: 70 }).bmi).toBeNull()
    expect(read({ heightCm: 175 }).bmi).toBeNull()
  })

  it('is the waist-hip ratio, raised from 0.85 for women and from 0.90 for men', () => {
    const at = (waistCm: number, sex: 'female' | 'male' | 'other' | 'unknown') => read({ waistCm, hipCm: 100 }, sex)
    expect(at(84, 'female')).toMatchObject({ waistHipRatio: 0.84, isWaistHipRaised: false })
    expect(at(85, 'female')).toMatchObject({ waistHipRatio: 0.85, isWaistHipRaised: true })
    expect(at(89, 'male')).toMatchObject({ isWaistHipRaised: false })
    expect(at(90, 'male')).toMatchObject({ isWaistHipRaised: true })
    for (const sex of ['other', 'unknown'] as const) {
      expect(at(99, sex)).toMatchObject({ waistHipRatio: 0.99, isWaistHipRaised: null })
    }
    expect(read({ waistCm: 80 })).toMatchObject({ waistHipRatio: null, isWaistHipRaised: null })
  })

  it('is never beyond what a body can be: such a weight or waist is a slip of the pen', () => {
    expect(refusedFor({ weightKg: 70, heightCm: 20 })).toEqual(refusal('vitals.weightKg'))
    expect(refusedFor({ weightKg: 1, heightCm: 190 })).toEqual(refusal('vitals.weightKg'))
    expect(refusedFor({ waistCm: 300, hipCm: 100 })).toEqual(refusal('vitals.waistCm'))
    expect(refusedFor({ waistCm: 20, hipCm: 100 })).toEqual(refusal('vitals.waistCm'))
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 500, noNaN: true }),
        fc.double({ min: 20, max: 300, noNaN: true }),
        (weightKg, heightCm) => {
          const taken = refusedFor({ weightKg, heightCm })
          if (taken instanceof Error) return
          const { bmi } = readVitals(taken as VisitVitals, 'female')
          expect(bmi).toBeGreaterThanOrEqual(5)
          expect(bmi).toBeLessThanOrEqual(100)
        },
      ),
    )
  })
})
