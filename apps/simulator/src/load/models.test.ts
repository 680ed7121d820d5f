import { expect, test } from 'vitest'
import { virtualClock } from '../../test/virtual-clock.ts'
import type { Clock } from '../clock.ts'
import { runClosedModel, runOpenModel } from './models.ts'
import { Tally } from './tally.ts'

/** A server that answers each call after 10 ms, one at a time, but stands still in its sixth second. */
function stallingServer(clock: Clock, startsAt: number) {
  let free = startsAt
  return (answer: (outcome: number) => void) => {
    const begins = Math.max(free, clock.now())
    const isStalled = begins >= startsAt + 5000 && begins < startsAt + 6000
    const answersAt = (isStalled ? startsAt + 6000 : begins) + 10
    free = answersAt
    void clock.sleep(answersAt - clock.now()).then(() => answer(200))
  }
}

function setUp(warmUpMs = 0) {
  const clock = virtualClock()
  const startsAt = clock.now()
  const tally = new Tally(startsAt + warmUpMs)
  const signal = new AbortController().signal
  return {
    clock,
    tally,
    run: { clock, tally, startsAt, endsAt: startsAt + 10_000, signal, call: stallingServer(clock, startsAt) },
  }
}

test('a stall shows in every request that was due meanwhile: latency counts from the scheduled time', async () => {
  const open = setUp()
  await runOpenModel({ ...open.run, rate: 50, most: 1 })
  expect(open.tally.requests).toBe(500)
  // 50 requests were due in the stalled second, 50 more before the backlog was gone.
  expect(open.tally.latency.at(95)).toBeGreaterThan(400)
  expect(open.tally.latency.at(99)).toBeGreaterThan(800)

  const closed = setUp()
  await runClosedModel({ ...closed.run, concurrency: 1 })
  // One user who waits meets the stall once: this is what coordinated omission hides.
  expect(closed.tally.latency.at(99)).toBeLessThan(20)
  expect(closed.tally.latency.at(100)).toBeGreaterThan(900)
})

test('what was due but never sent is an error, as late as the run was long', async () => {
  const { run, tally } = setUp()
  await runOpenModel({
    ...run,
    call: (answer) => void run.clock.sleep(9000).then(() => answer(200)),
    rate: 10,
    most: 2,
  })
  expect(tally.requests).toBe(100)
  expect(tally.outcomes.get('not sent')).toBe(tally.errors)
  expect(tally.errors).toBeGreaterThan(90)
})

test('a sender that wakes late sends late what was due before the end, and blames nobody', async () => {
  const { run, tally, clock } = setUp()
  const drowsy: Clock = { now: () => clock.now(), sleep: (ms, signal) => clock.sleep(ms + 70, signal) }
  const answerAtOnce = (answer: (outcome: number) => void) => setImmediate(() => answer(200))
  await runOpenModel({ ...run, clock: drowsy, call: answerAtOnce, rate: 50, most: 100 })
  expect(Object.fromEntries(tally.outcomes)).toEqual({ 200: 500 })
})

test('stopped midway nothing is blamed that was not yet due; an answer told at once is counted once', async () => {
  const { run, tally, clock } = setUp()
  const stop = new AbortController()
  void clock.sleep(5003).then(() => stop.abort())
  await runOpenModel({ ...run, signal: stop.signal, call: (answer) => answer(200), rate: 1000, most: 1 })
  expect(tally.errors).toBe(0)
  expect(tally.requests).toBeGreaterThan(4990)
  expect(tally.requests).toBeLessThan(5010)
})

test('warm-up leaves no trace', async () => {
  const { run, tally } = setUp(4000)
  await runOpenModel({ ...run, rate: 50, most: 10 })
  expect(tally.requests).toBe(300)
  tally.finish()
  expect(tally.seconds.map(({ second }) => second)).toEqual([0, 1, 2, 3, 4, 5])
  expect(tally.seconds.reduce((sum, { requests }) => sum + requests, 0)).toBe(300)
})

test('failures and bad statuses are errors, by name', () => {
  const tally = new Tally(0)
  for (const outcome of [200, 204, 404, 503, 'ECONNREFUSED']) tally.record({ due: 1, now: 5, outcome })
  expect(tally).toMatchObject({ requests: 5, errors: 3 })
  expect([...tally.outcomes.keys()]).toEqual(['200', '204', '404', '503', 'ECONNREFUSED'])
})
