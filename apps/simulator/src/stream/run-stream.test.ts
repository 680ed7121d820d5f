import { expect, test } from 'vitest'
import { FakeWard } from '../../test/fake-ward.ts'
import { virtualClock } from '../../test/virtual-clock.ts'
import { BedsideError } from '../bedside.ts'
import { judgeAlarms } from '../evaluation/alarm-accuracy.ts'
import { runStream, type StreamOptions } from './run-stream.ts'

function stream(options: Partial<StreamOptions> = {}, ward = new FakeWard(4)) {
  const clock = virtualClock()
  const run: StreamOptions = {
    bedside: ward,
    patients: ward.patients,
    rate: 8,
    durationS: 60,
    scenario: 'stable',
    seed: 1,
    speed: 1,
    batch: 100,
    clock,
    ...options,
  }
  return { ward, clock, outcome: runStream(run) }
}

test('keeps the rate to the reading, each patient in turn, source time as it was due', async () => {
  const { ward, outcome } = stream()
  expect(await outcome).toMatchObject({ generated: 480, efficiency: 1, targetRate: 8 })
  expect((await outcome).achievedRate).toBeCloseTo(8, 0)
  const own = ward.readings.filter(({ patientId }) => patientId === ward.patients[1]?.id).map(({ at }) => Number(at))
  expect(own).toHaveLength(120)
  expect(own.slice(1).every((at, place) => at - (own[place] ?? 0) === 500)).toBe(true)
})

test('at a high rate due readings share a request', async () => {
  const { ward, outcome } = stream({ rate: 2000, durationS: 1 })
  expect((await outcome).acknowledgements.stored).toBe(2000)
  expect(ward.batches.length).toBeLessThan(250)
})

test('with a seed and a start, two runs send the same byte for byte', async () => {
  const fixed = { simulatedStart: Date.UTC(2026, 0, 1), scenario: 'mixed', durationS: 20 } as const
  const [one, other] = [stream(fixed), stream(fixed)]
  await Promise.all([one.outcome, other.outcome])
  expect(JSON.stringify(one.ward.readings)).toBe(JSON.stringify(other.ward.readings))
  const { ward, outcome } = stream({ ...fixed, startId: 3 })
  await outcome
  expect(ward.readings[0]).toMatchObject({ heartRate: one.ward.readings[2]?.heartRate })
})

test('faster than life it starts in the past and never reaches the future', async () => {
  const { ward, clock, outcome } = stream({ speed: 3600, durationS: 10 })
  const { simulated } = await outcome
  const last = Math.max(...ward.readings.map(({ at }) => Number(at)))
  expect(last).toBeLessThanOrEqual(clock.now())
  expect(clock.now() - last).toBeLessThan(3_600_000)
  expect((simulated.to - simulated.from) / 3_600_000).toBeCloseTo(10, 0)
})

test('without an end and faster than life it catches up with the present and goes on at its pace', async () => {
  const stop = new AbortController()
  const ward = new FakeWard(1)
  const { outcome, clock } = stream(
    {
      speed: 86_400,
      rate: 10,
      durationS: 0,
      signal: stop.signal,
      onFigures: ({ generated }) => {
        if (generated >= 40) stop.abort()
      },
    },
    ward,
  )
  const { efficiency } = await outcome
  const late = ward.readings.slice(20).map(({ at }) => Number(at))
  expect(late.slice(1).every((at, place) => at - (late[place] ?? 0) === 100)).toBe(true)
  expect(late.at(-1)).toBeLessThanOrEqual(clock.now())
  expect(efficiency).toBeGreaterThan(0.9)
})

test('stopped midway it still reports, with everything acknowledged', async () => {
  const stop = new AbortController()
  const { outcome } = stream({
    durationS: 0,
    signal: stop.signal,
    onFigures: ({ elapsedS }) => {
      if (elapsedS > 5) stop.abort()
    },
  })
  const { acknowledgements, generated } = await outcome
  expect(generated).toBeGreaterThan(30)
  expect(acknowledgements).toMatchObject({ stored: generated, unacknowledged: 0 })
})

test('the server goes away for a while: readings wait, then all arrive once', async () => {
  const ward = new FakeWard(4)
  for (let failure = 0; failure < 8; failure++) {
    ward.failures.push(new BedsideError('gone', { code: 'UNREACHABLE', retryable: true }))
  }
  ward.losesAnswers = 2
  const { outcome } = stream({}, ward)
  const { acknowledgements } = await outcome
  expect(ward.readings).toHaveLength(480)
  expect(acknowledgements).toMatchObject({ acknowledged: 480, unacknowledged: 0, retries: 8 })
})

test('a refused login ends the run with the reason', async () => {
  const ward = new FakeWard(4)
  ward.failures.push(new BedsideError('no', { code: 'FORBIDDEN', retryable: false }))
  await expect(stream({}, ward).outcome).rejects.toMatchObject({ code: 'FORBIDDEN' })
})

test('a labelled run finds every sepsis through the alarms of a plain threshold server', async () => {
  const ward = new FakeWard(4)
  const { outcome } = stream({ scenario: 'sepsis', speed: 400, durationS: 60, rate: 4 }, ward)
  const done = await outcome
  const patientIds = ward.patients.map(({ id }) => id)
  const accuracy = judgeAlarms({ ...done, alarms: ward.alarms, patientIds })
  expect(accuracy).toMatchObject({ episodes: 4, sensitivity: 1, critical: { episodes: 4, sensitivity: 1 } })
  expect(accuracy.patientDays).toBeCloseTo((4 * 60 * 400) / 86_400, 1)
  expect(Math.abs(accuracy.timeToAlarm?.median ?? Infinity)).toBeLessThan(3600)
})
