import type { Liveness } from '@chartwire/sdk/react'
import { useEffect, useSyncExternalStore } from 'react'

/** A quarter of an hour: long enough to have had an undelayed message, short enough for a drifting clock. */
const sampleGoodForMs = 15 * 60_000

/**
 * The server's clock as far as its messages tell it, carried on by the screen's steady clock. A message that was held up
 * says an earlier time than it is: the one that came fastest counts, so data held up on the way look as old as they are,
 * and a screen whose own clock is wrong shows true ages all the same.
 */
export class ServerClock {
  #offset = Date.now() - performance.now()
  #sampledAt = -Infinity

  /** @param serverTime epoch milliseconds, as the server has just said */
  learn(serverTime: number, steadyNow = performance.now()): void {
    const offset = serverTime - steadyNow
    if (!Number.isFinite(offset)) return
    if (offset < this.#offset && steadyNow - this.#sampledAt < sampleGoodForMs) return
    this.#offset = offset
    this.#sampledAt = steadyNow
  }

  /** Epoch milliseconds. */
  now(steadyNow = performance.now()): number {
    return steadyNow + this.#offset
  }
}

export const serverClock = new ServerClock()

/** Keeps the clock by what a live stream says of it. */
export function useServerClock({ lastDataAt, clockOffsetMs }: Pick<Liveness, 'lastDataAt' | 'clockOffsetMs'>): void {
  useEffect(() => {
    if (lastDataAt !== null) serverClock.learn(Date.now() + clockOffsetMs)
  }, [lastDataAt, clockOffsetMs])
}

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    for (const each of listeners) each()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The server's time, renewed every `stepMs` (a second or more). */
export function useNow(stepMs = 1000): number {
  return useSyncExternalStore(subscribe, () => Math.floor(serverClock.now() / stepMs) * stepMs)
}
