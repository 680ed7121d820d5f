import { expect, test } from 'vitest'
import { FakeWard } from '../../test/fake-ward.ts'
import { virtualClock } from '../../test/virtual-clock.ts'
import { BedsideError, type Reading } from '../bedside.ts'
import { Sender } from './sender.ts'

const lost = () => new BedsideError('gone', { code: 'UNREACHABLE', retryable: true })
const readingsOf = (ward: FakeWard, count: number): Reading[] =>
  Array.from({ length: count }, (_, second) => ({ patientId: ward.patients[0]?.id ?? '', at: second * 1000 }))

function senderTo(ward: FakeWard, limits: { batch?: number; buffer?: number; lanes?: number } = {}) {
  const clock = virtualClock()
  return { clock, sender: new Sender({ bedside: ward, clock, lanes: 1, batch: 10, buffer: 1000, ...limits }) }
}

test('a batch whose answer is lost is sent again unchanged, and nothing is stored twice', async () => {
  const ward = new FakeWard(1)
  ward.failures.push(lost())
  ward.losesAnswers = 1
  const { sender } = senderTo(ward)
  for (const reading of readingsOf(ward, 5)) sender.offer(0, reading)
  await sender.drain(60_000)
  expect(ward.readings).toHaveLength(5)
  expect(ward.batches).toEqual([5, 5])
  expect(sender.acknowledgements).toMatchObject({ stored: 0, duplicates: 5, unacknowledged: 0, retries: 1 })
})

test('pauses grow while the server is away, and a server that asks for a pause gets it', async () => {
  const ward = new FakeWard(1)
  for (let failure = 0; failure < 6; failure++) ward.failures.push(lost())
  ward.failures.push(new BedsideError('slow down', { code: 'TOO_MANY', retryable: true, retryAfterMs: 20_000 }))
  const { sender, clock } = senderTo(ward)
  const startedAt = clock.now()
  sender.offer(0, readingsOf(ward, 1)[0] ?? { at: 0 })
  await sender.drain(600_000)
  const waited = clock.now() - startedAt
  expect(sender.acknowledgements).toMatchObject({ stored: 1, retries: 7 })
  expect(waited).toBeGreaterThan(20_000 + (100 + 200 + 400 + 800 + 1600 + 3200) / 2)
  expect(waited).toBeLessThan(20_000 + 6400)
})

test('readings leave in order, in batches no larger than allowed', async () => {
  const ward = new FakeWard(1)
  const { sender } = senderTo(ward, { batch: 4 })
  for (const reading of readingsOf(ward, 10)) sender.offer(0, reading)
  await sender.drain(1000)
  expect(ward.batches).toEqual([4, 4, 2])
  expect(ward.readings.map(({ at }) => at)).toEqual(readingsOf(ward, 10).map(({ at }) => at))
})

test('a full buffer gives up the oldest and counts them', async () => {
  const ward = new FakeWard(1)
  const { sender } = senderTo(ward, { batch: 10, buffer: 20 })
  for (const reading of readingsOf(ward, 50)) sender.offer(0, reading)
  await sender.drain(1000)
  expect(sender.acknowledgements).toMatchObject({ stored: 20, unacknowledged: 30 })
  expect(ward.readings[0]?.at).toBe(30_000)
})

test('a server that never answers again: what has no answer is counted, the run ends', async () => {
  const ward = new FakeWard(1)
  for (let failure = 0; failure < 1000; failure++) ward.failures.push(lost())
  const { sender } = senderTo(ward)
  for (const reading of readingsOf(ward, 25)) sender.offer(0, reading)
  await sender.drain(5000)
  expect(sender.acknowledgements).toMatchObject({ acknowledged: 0, unacknowledged: 25 })
  expect(sender.backlog).toBe(0)
})

test('a refused login stops at once and is told', async () => {
  const ward = new FakeWard(1)
  ward.failures.push(new BedsideError('no', { code: 'UNAUTHORIZED', retryable: false }))
  const { sender } = senderTo(ward)
  for (const reading of readingsOf(ward, 25)) sender.offer(0, reading)
  await sender.drain(5000)
  sender.offer(0, { at: 1 })
  expect(sender.refusal?.code).toBe('UNAUTHORIZED')
  expect(ward.batches).toHaveLength(1)
  expect(sender.acknowledgements.unacknowledged).toBe(26)
})

test('many batches over many lanes all arrive once', async () => {
  const ward = new FakeWard(7)
  const { sender } = senderTo(ward, { lanes: 3, batch: 100, buffer: 100_000 })
  for (let reading = 0; reading < 30_000; reading++) {
    const place = reading % 7
    sender.offer(place, { patientId: ward.patients[place]?.id ?? '', at: reading })
    if (reading % 997 === 0) sender.kick()
  }
  await sender.drain(1000)
  expect(ward.readings).toHaveLength(30_000)
  expect(sender.acknowledgements).toMatchObject({ stored: 30_000, duplicates: 0, unacknowledged: 0 })
})
