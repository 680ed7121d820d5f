import type { Clock } from '../src/clock.ts'

/** A clock that jumps to the next sleeper as soon as nothing else is to be done. */
export function virtualClock(startsAt = Date.UTC(2026, 10, 22, 8)): Clock {
  let time = startsAt
  let isTurning = false
  const sleepers: { at: number; wake: () => void }[] = []
  const turn = () => {
    sleepers.sort((one, other) => one.at - other.at)
    const next = sleepers.shift()
    if (next !== undefined) {
      time = Math.max(time, next.at)
      next.wake()
    }
    isTurning = sleepers.length > 0
    if (isTurning) setImmediate(turn)
  }
  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve()
          return
        }
        const sleeper = { at: time + Math.max(0, ms), wake: resolve }
        sleepers.push(sleeper)
        signal?.addEventListener('abort', () => {
          const place = sleepers.indexOf(sleeper)
          if (place >= 0) sleepers.splice(place, 1)
          resolve()
        })
        if (!isTurning) setImmediate(turn)
        isTurning = true
      }),
  }
}
