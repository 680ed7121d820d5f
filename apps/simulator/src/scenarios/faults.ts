import type { Reading } from '../bedside.ts'
import type { Random } from '../physiology/random.ts'
import type { Course } from './course.ts'

/** The probe falls off the finger, later the whole monitor falls silent: missing data is what must be noticed. */
export const sensorOff: Course = {
  minutes: 30,
  expectsAlarm: true,
  tracks: {},
  reaches: {},
  silent: [
    { from: 0, to: 10, vitals: ['spo2'] },
    { from: 10, to: 25, vitals: 'all' },
  ],
}

/** Spikes that no body makes; nobody should be called for them. */
export const artefact: Course = { minutes: 60, expectsAlarm: false, tracks: {}, reaches: {} }

/**
 * Motion and electrical artefacts, one reading long: lead off reads 0, double counting reads 300, a flushed line reads the
 * pump's pressure, a wet probe reads a room's temperature. Values of this kind stand in real monitor recordings.
 */
export function spoil(reading: Reading, random: Random): void {
  if (!random.chance(ARTEFACT_SHARE)) return
  switch (random.integer(0, 4)) {
    case 0:
      reading.heartRate = random.pick([0, 300, 280])
      break
    case 1:
      reading.spo2 = random.pick([0, 12, 127])
      break
    case 2:
      reading.systolic = 300
      reading.diastolic = 295
      break
    case 3:
      reading.temperature = random.pick([21.4, 0, 55])
      break
    default:
      reading.respiration = random.pick([0, 120])
  }
}

/** What a bad network or a bad clock does to the readings of one patient on their way out. */
export interface Delivery {
  /** Takes a reading in the order it was measured; hands on what leaves now. */
  send(reading: Reading, out: Reading[]): void
  /** Hands on what is still held back. */
  flush(out: Reading[]): void
}

export const straight: Delivery = { send: (reading, out) => void out.push(reading), flush: () => {} }

/** Every fifth reading leaves twice: at once, or again after others have left. */
export function duplicates(random: Random): Delivery {
  let earlier: Reading | undefined
  return {
    send: (reading, out) => {
      out.push(reading)
      if (random.chance(DUPLICATE_SHARE)) out.push({ ...reading })
      if (earlier !== undefined && random.chance(DUPLICATE_SHARE / 2)) out.push({ ...earlier })
      earlier = reading
    },
    flush: () => {},
  }
}

/** One reading in eight is held back and leaves after up to twelve later ones, as from a monitor that lost its radio. */
export function outOfOrder(random: Random): Delivery {
  const held: { reading: Reading; after: number }[] = []
  return {
    send: (reading, out) => {
      for (const waiting of held) waiting.after--
      if (random.chance(LATE_SHARE)) held.push({ reading, after: random.integer(1, 12) })
      else out.push(reading)
      for (let index = held.length - 1; index >= 0; index--) {
        const waiting = held[index]
        if (waiting === undefined || waiting.after > 0) continue
        out.push(waiting.reading)
        held.splice(index, 1)
      }
    },
    flush: (out) => {
      for (const { reading } of held) out.push(reading)
      held.length = 0
    },
  }
}

/** A device whose clock stands minutes off and drifts; every patient's by another amount, ahead or behind. */
export function clockSkew(random: Random): Delivery {
  const offset = random.pick([-1, 1]) * random.between(2, 45) * 60_000
  const drift = random.between(-200, 200) / 1_000_000
  let first = Number.NaN
  return {
    send: (reading, out) => {
      const at = Number(reading.at)
      if (Number.isNaN(first)) first = at
      reading.at = Math.round(at + offset + (at - first) * drift)
      out.push(reading)
    },
    flush: () => {},
  }
}

const ARTEFACT_SHARE = 0.04
const DUPLICATE_SHARE = 0.2
const LATE_SHARE = 0.125
