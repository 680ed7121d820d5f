import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { alarmEvent, alarmsBeat } from '../../test/beats.ts'
import type { AlarmsBeat } from '../router.ts'
import { alarmsBeats } from './beats.ts'
import { LiveStream, type StreamEvents } from './live-stream.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A stream whose server is the test. */
function stream({ signal }: { signal?: AbortSignal } = {}) {
  const subscriptions: { behind: string | undefined; events: StreamEvents<AlarmsBeat>; isOver: boolean }[] = []
  const calls = { dead: 0, heard: 0 }
  const live = new LiveStream<AlarmsBeat>({
    kind: alarmsBeats,
    signal,
    onDead: () => (calls.dead += 1),
    subscribe: (behind, events) => {
      const subscription = { behind, events, isOver: false }
      subscriptions.push(subscription)
      return () => {
        subscription.isOver = true
      }
    },
  })
  const server = () => {
    const last = subscriptions.at(-1)
    if (!last || last.isOver) throw new Error('Nobody subscribes.')
    return last.events
  }
  const statuses: string[] = []
  live.onHeard(() => (calls.heard += 1))
  live.onStatus((status) => statuses.push(status))
  return { live, iterator: live[Symbol.asyncIterator](), subscriptions, server, statuses, calls }
}

const beatOf = (...ids: string[]) => alarmsBeat({ events: ids.map((id) => alarmEvent(id)) })
const idsOf = (result: IteratorResult<AlarmsBeat, void>) => result.value?.events.map(({ id }) => id)

describe('status', () => {
  test('heartbeats keep a quiet stream live; silence makes it stale, then dead and resumed', async () => {
    const { live, subscriptions, server, statuses, calls } = stream()
    server().data('1', alarmsBeat({ open: [] }))
    for (let beat = 0; beat < 10; beat += 1) {
      await vi.advanceTimersByTimeAsync(5_000)
      server().data('1', alarmsBeat())
    }
    expect(statuses).toEqual(['live'])
    expect(calls.heard).toBe(11)
    expect(live.lastDataAt).toEqual(new Date())
    const lastHeard = live.lastDataAt
    await vi.advanceTimersByTimeAsync(12_000)
    expect(live.status).toBe('stale')
    expect(live.lastDataAt).toEqual(lastHeard)
    await vi.advanceTimersByTimeAsync(8_000)
    expect(live.status).toBe('reconnecting')
    expect(calls.dead).toBe(1)
    expect(subscriptions).toHaveLength(2)
    server().data('1', alarmsBeat())
    expect(statuses).toEqual(['live', 'stale', 'reconnecting', 'live'])
  })

  test('a stream that never heard anything is connecting, and tries anew when nothing comes', async () => {
    const { live, subscriptions } = stream()
    await vi.advanceTimersByTimeAsync(19_000)
    expect(subscriptions).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(live.lastDataAt).toBeNull()
    expect(subscriptions).toHaveLength(2)
  })

  test('the difference of the clocks is known', () => {
    const { live, server } = stream()
    vi.setSystemTime(new Date('2026-11-22T07:59:50.000Z'))
    server().data('1', alarmsBeat({ serverTime: '2026-11-22T08:00:00.000Z' }))
    expect(live.clockOffsetMs).toBe(10_000)
  })

  test('leaving the loop ends the subscription and leaves no timer behind', async () => {
    const { iterator, subscriptions, live } = stream()
    expect(subscriptions).toHaveLength(1)
    await iterator.return?.()
    expect(subscriptions[0]?.isOver).toBe(true)
    expect(live.status).toBe('ended')
    expect(vi.getTimerCount()).toBe(0)
    expect(() => live[Symbol.asyncIterator]()).toThrow(/once/)
  })
})

describe('the end', () => {
  test('a refusal is thrown after what came before it, once', async () => {
    const { iterator, server, live } = stream()
    const refusal = new Error('refused')
    server().data('1', beatOf('a'))
    server().failed(refusal)
    expect(idsOf(await iterator.next())).toEqual(['a'])
    await expect(iterator.next()).rejects.toBe(refusal)
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
    expect(live.status).toBe('ended')
  })

  test('a waiting consumer is released by close, by the signal, by the server', async () => {
    const ends = [
      (made: ReturnType<typeof stream>) => made.live.close(),
      (_: unknown, abort: AbortController) => abort.abort(),
      (made: ReturnType<typeof stream>) => made.server().stopped(),
    ]
    for (const end of ends) {
      const abort = new AbortController()
      const made = stream({ signal: abort.signal })
      const next = made.iterator.next()
      end(made, abort)
      expect(await next).toEqual({ done: true, value: undefined })
    }
  })
})

describe('a slow consumer', () => {
  test('gets what came meanwhile as one beat', async () => {
    const { iterator, server, live } = stream()
    server().data('1', beatOf('a'))
    server().data('2', beatOf('b', 'c'))
    server().data('3', alarmsBeat())
    expect(idsOf(await iterator.next())).toEqual(['a', 'b', 'c'])
    expect(live.lastEventId).toBe('3')
  })

  test('pauses the stream when too much waits, and resumes behind what it had', async () => {
    const { iterator, server, subscriptions, live } = stream()
    const many = Array.from({ length: 5_000 }, (_, index) => String(index))
    server().data('most', beatOf(...many))
    expect(subscriptions[0]?.isOver).toBe(false)
    server().data('full', beatOf('one more'))
    expect(subscriptions[0]?.isOver).toBe(true)
    expect(live.status).toBe('reconnecting')
    expect(idsOf(await iterator.next())).toEqual([...many, 'one more'])
    expect(subscriptions.map(({ behind }) => behind)).toEqual([undefined, 'full'])
    server().data('after', beatOf('y'))
    expect(idsOf(await iterator.next())).toEqual(['y'])
  })

  test('late words of a subscription that was left are not heard', async () => {
    const { iterator, subscriptions, server } = stream()
    await vi.advanceTimersByTimeAsync(20_000)
    subscriptions[0]?.events.data('old', beatOf('old'))
    subscriptions[0]?.events.failed(new Error('old'))
    server().data('new', beatOf('new'))
    expect(idsOf(await iterator.next())).toEqual(['new'])
  })
})
