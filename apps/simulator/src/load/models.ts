import type { Clock } from '../clock.ts'
import type { Call } from './http-caller.ts'
import type { Tally } from './tally.ts'

export interface ModelOptions {
  call: Call
  clock: Clock
  tally: Tally
  /** When the first request is due and when the last, epoch ms. */
  startsAt: number
  endsAt: number
  signal: AbortSignal
  onTick?: () => void
}

/**
 * Users who come whatever the server does: request k is due at start + k/rate, and its latency counts from then, also
 * while it waits here for a free connection. So a stalled server shows its stall in every request that was due meanwhile
 * (no coordinated omission). What is due but was not sent when the run ends counts as an error.
 */
export async function runOpenModel(options: ModelOptions & { rate: number; most: number }): Promise<void> {
  const { call, clock, tally, startsAt, endsAt, rate } = options
  let next = 0
  let inFlight = 0
  const dueAt = (request: number) => startsAt + (request * 1000) / rate
  const send = () => {
    while (inFlight < options.most && dueAt(next) < endsAt && dueAt(next) <= clock.now()) {
      const due = dueAt(next)
      // Before the call: a failure may be told at once, and sends the next from within.
      next++
      inFlight++
      call((outcome) => {
        inFlight--
        tally.record({ due, now: clock.now(), outcome })
        send()
      })
    }
  }
  while (clock.now() < endsAt && !options.signal.aborted) {
    send()
    options.onTick?.()
    await clock.sleep(Math.min(TICK_MS, Math.max(1, dueAt(next) - clock.now())), options.signal)
  }
  // This program may wake up late on a busy machine: that makes the last requests late, not unsent.
  send()
  const stoppedAt = clock.now()
  const last = Math.min(endsAt, stoppedAt)
  const sent = next
  next = Number.POSITIVE_INFINITY
  await untilQuiet({ clock, inFlight: () => inFlight })
  for (let request = sent; dueAt(request) < last; request++) {
    tally.record({ due: dueAt(request), now: stoppedAt, outcome: 'not sent' })
  }
}

/** A fixed number of users, each waiting for its answer before it asks again: latency counts from each asking. */
export async function runClosedModel(options: ModelOptions & { concurrency: number }): Promise<void> {
  const { call, clock, tally, endsAt, signal } = options
  let inFlight = 0
  const ask = () => {
    const due = clock.now()
    if (due >= endsAt || signal.aborted) return
    inFlight++
    call((outcome) => {
      inFlight--
      tally.record({ due, now: clock.now(), outcome })
      // A refused connection answers at once: without a pause it would be asked for in a circle.
      if (typeof outcome === 'number') ask()
      else setTimeout(ask, PAUSE_AFTER_FAILURE_MS)
    })
  }
  for (let user = 0; user < options.concurrency; user++) ask()
  while (clock.now() < endsAt && !signal.aborted) {
    options.onTick?.()
    await clock.sleep(Math.min(TICK_MS * 10, Math.max(1, endsAt - clock.now())), signal)
  }
  await untilQuiet({ clock, inFlight: () => inFlight })
}

/** Every call ends by its own time limit. */
async function untilQuiet({ clock, inFlight }: { clock: Clock; inFlight: () => number }): Promise<void> {
  while (inFlight() > 0) await clock.sleep(TICK_MS)
}

const TICK_MS = 10
const PAUSE_AFTER_FAILURE_MS = 50
