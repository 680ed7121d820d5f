import { expect, test } from 'vitest'
import { Body } from './body.ts'
import { drawPerson } from './person.ts'
import { Random } from './random.ts'
import { DIASTOLIC, HEART_RATE, RESPIRATION, severityOf, SYSTOLIC, VITALS } from './vital.ts'
import { Wandering } from './wandering.ts'

const MORNING = Date.UTC(2026, 10, 22, 6)

test('the same seed gives the same numbers, another seed or stream gives others', () => {
  const draw = (seed: number, stream = 0) => {
    const random = new Random(seed, stream)
    return Array.from({ length: 5 }, () => random.next())
  }
  expect(draw(7)).toEqual(draw(7))
  expect(new Set([draw(7)[0], draw(8)[0], draw(7, 1)[0], draw(7 + 2 ** 32)[0]]).size).toBe(4)
})

test('random numbers are even, gaussian ones have mean 0 and deviation 1', () => {
  const random = new Random(3)
  let sum = 0
  let gaussianSum = 0
  let squares = 0
  const many = 100_000
  for (let draw = 0; draw < many; draw++) {
    sum += random.next()
    const value = random.gaussian()
    gaussianSum += value
    squares += value * value
  }
  expect(sum / many).toBeCloseTo(0.5, 2)
  expect(gaussianSum / many).toBeCloseTo(0, 1)
  expect(squares / many).toBeCloseTo(1, 1)
})

test('wandering has the same spread whether it is looked at each second or each hour', () => {
  const spreadOf = (seconds: number) => {
    const wandering = new Wandering(new Random(11))
    let squares = 0
    const looks = 40_000
    for (let look = 0; look < looks; look++) {
      wandering.advance(seconds)
      squares += (wandering.deviation[HEART_RATE] ?? 0) ** 2
    }
    return Math.sqrt(squares / looks)
  }
  expect(spreadOf(3600)).toBeCloseTo(2.5, 1)
  expect(Math.abs(spreadOf(10) - 2.5)).toBeLessThan(0.3)
})

test('systolic and diastolic pressure wander together, pressure and heart rate against each other', () => {
  const wandering = new Wandering(new Random(5))
  const together = { pressures: 0, baroreflex: 0 }
  for (let look = 0; look < 20_000; look++) {
    wandering.advance(3600)
    const { deviation } = wandering
    together.pressures += (deviation[SYSTOLIC] ?? 0) * (deviation[DIASTOLIC] ?? 0)
    together.baroreflex += (deviation[SYSTOLIC] ?? 0) * (deviation[HEART_RATE] ?? 0)
  }
  expect(together.pressures / 20_000 / (3 * 2)).toBeCloseTo(0.7, 1)
  expect(together.baroreflex / 20_000 / (3 * 2.5)).toBeCloseTo(-0.2, 1)
})

test('a hundred stable patients stay plausible for a day and almost always inside the warning limits', () => {
  let looks = 0
  let outside = 0
  for (let index = 1; index <= 100; index++) {
    const random = new Random(1, index)
    const body = new Body(drawPerson(random), random)
    for (let minute = 0; minute < 24 * 60; minute += 5) {
      body.advance(MORNING + minute * 60_000)
      for (let vital = 0; vital < VITALS.length; vital++) {
        const value = body.measured[vital] ?? Number.NaN
        expect(severityOf(vital, value), `${VITALS[vital]} ${value}`).toBeLessThan(2)
        expect(severityOf(vital, body.truth[vital] ?? Number.NaN), `${VITALS[vital]} truly`).toBe(0)
        looks++
        if (severityOf(vital, value) === 1) outside++
      }
      expect((body.measured[SYSTOLIC] ?? 0) - (body.measured[DIASTOLIC] ?? 0)).toBeGreaterThanOrEqual(10)
    }
  }
  expect(outside / looks).toBeLessThan(0.002)
})

test('temperature is higher in the late afternoon than before dawn', () => {
  const random = new Random(2)
  const body = new Body(drawPerson(random), random)
  body.advance(Date.UTC(2026, 0, 1, 5))
  const dawn = body.truth[4] ?? 0
  body.advance(Date.UTC(2026, 0, 1, 17))
  expect((body.truth[4] ?? 0) - dawn).toBeCloseTo(0.44, 2)
})

test('breathing quickens within minutes, not at once', () => {
  const random = new Random(9)
  const body = new Body(drawPerson(random), random)
  body.advance(MORNING)
  const before = body.measured[RESPIRATION] ?? 0
  body.advance(MORNING + 1000)
  expect(Math.abs((body.measured[RESPIRATION] ?? 0) - before)).toBeLessThanOrEqual(4)
})
