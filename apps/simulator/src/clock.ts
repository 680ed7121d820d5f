import { setTimeout as delay } from 'node:timers/promises'

/** Time as a run sees it; tests put in one that they move themselves. */
export interface Clock {
  /** Epoch milliseconds that never step back within a run, with fractions. */
  now(): number
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

const origin = performance.timeOrigin

export const systemClock: Clock = {
  now: () => origin + performance.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal })
    } catch (error) {
      if (signal?.aborted !== true) throw error
    }
  },
}
