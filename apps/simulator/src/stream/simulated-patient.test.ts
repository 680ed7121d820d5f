import { expect, test } from 'vitest'
import type { Reading } from '../bedside.ts'
import { severityOf, type Vital, VITALS } from '../physiology/vital.ts'
import { SCENARIO_NAMES, type ScenarioName, scenarioOf } from '../scenarios/catalogue.ts'
import type { Course } from '../scenarios/course.ts'
import { SimulatedPatient } from './simulated-patient.ts'

const START = Date.UTC(2026, 10, 22, 8)

function simulate(scenario: ScenarioName, run: { seed: number; index?: number; minutes: number; everyS?: number }) {
  const patient = new SimulatedPatient({
    seed: run.seed,
    index: run.index ?? 1,
    target: { id: '00000000-0000-4000-8000-000000000001', mrn: '1' },
    scenario,
    startsAt: START,
  })
  const readings: Reading[] = []
  const everyS = run.everyS ?? 10
  for (let second = 0; second <= run.minutes * 60; second += everyS) patient.read(START + second * 1000, readings)
  patient.flush(readings)
  return { patient, readings }
}

const worst = (readings: readonly Reading[], vital: Vital) =>
  Math.max(...readings.map((reading) => severityOf(VITALS.indexOf(vital), reading[vital] ?? Number.NaN)))

test.each(SCENARIO_NAMES)('%s: the same seed sends the same readings and labels, another seed others', (scenario) => {
  const one = simulate(scenario, { seed: 4, minutes: 30 })
  const again = simulate(scenario, { seed: 4, minutes: 30 })
  expect(again.readings).toEqual(one.readings)
  expect(again.patient.episodes).toEqual(one.patient.episodes)
  expect(simulate(scenario, { seed: 5, minutes: 30 }).readings).not.toEqual(one.readings)
})

const courses = SCENARIO_NAMES.filter((name) => name !== 'mixed').flatMap((name) => {
  const { course } = scenarioOf(name)
  return course === undefined ? [] : [[name, course] as const]
})

test.each(courses)('%s crosses the limits it is labelled with, in ten different patients', (name, course: Course) => {
  for (let seed = 1; seed <= 10; seed++) {
    const { patient, readings } = simulate(name, { seed, minutes: course.minutes + 6 })
    const [episode] = patient.episodes
    const reached = new Set(episode?.crossings.map(({ what, level }) => `${what} ${level}`))
    for (const vital of VITALS) {
      const level = course.reaches[vital]
      if (level === undefined) continue
      expect(worst(readings, vital), `${vital} measured`).toBeGreaterThanOrEqual(level === 'critical' ? 2 : 1)
      expect(reached, `${vital} labelled`).toContain(`${vital} ${level}`)
    }
    expect(episode?.expectsAlarm).toBe(course.expectsAlarm)
    expect(episode?.onset).toBeGreaterThanOrEqual(START + 60_000)
    for (const crossing of episode?.crossings ?? [])
      expect(crossing.at).toBeGreaterThanOrEqual(episode?.onset ?? Infinity)
  }
})

test.each(courses)('%s: whatever is measured stays what a monitor can show', (name, course: Course) => {
  if (name === 'artefact') return
  const { readings } = simulate(name, { seed: 1, minutes: course.minutes + 10 })
  for (const { heartRate, spo2, temperature, respiration, systolic, diastolic } of readings) {
    expect(heartRate).toBeGreaterThanOrEqual(20)
    expect(heartRate).toBeLessThanOrEqual(250)
    expect(spo2 ?? 50).toBeGreaterThanOrEqual(50)
    expect(temperature).toBeGreaterThan(33)
    expect(temperature).toBeLessThan(42)
    expect(respiration).toBeGreaterThanOrEqual(2)
    expect((systolic ?? 10) - (diastolic ?? 0)).toBeGreaterThanOrEqual(10)
  }
})

test('a patient recovers, rests and falls ill again on a long run', () => {
  const { patient } = simulate('opioid', { seed: 1, minutes: 12 * 60, everyS: 60 })
  expect(patient.episodes.length).toBeGreaterThan(2)
  const [first, second] = patient.episodes
  expect(second?.onset ?? 0).toBeGreaterThanOrEqual((first?.end ?? Infinity) + 30 * 60_000)
})

test('a limit that the patient is always beyond is not labelled as crossed', () => {
  const { patient, readings } = simulate('copd', { seed: 1, minutes: 180 })
  expect(worst(readings.slice(0, 6), 'spo2')).toBe(1)
  const labels = patient.episodes[0]?.crossings.filter(({ what }) => what === 'spo2')
  expect(labels?.map(({ level }) => level)).toEqual(['critical'])
})

test('sensor-off loses the saturation, then everything, and says so in the label', () => {
  const { patient, readings } = simulate('sensor-off', { seed: 1, minutes: 40 })
  const gaps = readings.slice(1).map((reading, place) => Number(reading.at) - Number(readings[place]?.at))
  expect(readings.some((reading) => reading.spo2 === undefined && reading.heartRate !== undefined)).toBe(true)
  expect(Math.max(...gaps)).toBeGreaterThan(14 * 60_000)
  expect(patient.episodes[0]?.crossings[0]?.what).toBe('missing-data')
})

test('artefacts are impossible values for which nobody should be called', () => {
  const { patient, readings } = simulate('artefact', { seed: 1, minutes: 60 })
  expect(readings.some(({ heartRate }) => heartRate === 0 || (heartRate ?? 0) >= 280)).toBe(true)
  expect(patient.episodes[0]).toMatchObject({ expectsAlarm: false, crossings: [] })
})

test('duplicates repeat readings exactly, out-of-order loses none', () => {
  const doubled = simulate('duplicates', { seed: 1, minutes: 30 }).readings
  expect(new Set(doubled.map(({ at }) => at)).size).toBe(181)
  expect(doubled.length).toBeGreaterThan(200)
  const late = simulate('out-of-order', { seed: 1, minutes: 30 }).readings.map(({ at }) => Number(at))
  expect(late.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 181 }, (_, k) => START + k * 10_000))
  expect(late).not.toEqual(late.toSorted((one, other) => one - other))
})

test('a skewed clock is minutes off', () => {
  const { readings } = simulate('clock-skew', { seed: 1, minutes: 5 })
  expect(Math.abs(Number(readings[0]?.at) - START)).toBeGreaterThan(119_000)
})

test('the phased demonstration is critical after ten seconds for one patient in five', () => {
  const phases = { stable: 0, warning: 0, critical: 0 }
  for (let index = 1; index <= 200; index++) {
    const { patient, readings } = simulate('phased', { seed: 1, index, minutes: 1, everyS: 1 })
    expect(VITALS.every((vital) => worst(readings.slice(0, 5), vital) === 0)).toBe(true)
    const late = Math.max(...VITALS.map((vital) => worst(readings.slice(11), vital)))
    phases[(['stable', 'warning', 'critical'] as const)[late] ?? 'stable']++
    expect(patient.episodes[0]?.expectsAlarm).toBe(late > 0)
  }
  expect(phases.critical).toBeGreaterThan(25)
  expect(phases.critical).toBeLessThan(55)
  expect(phases.warning).toBeGreaterThan(40)
})
