import type { Person } from './person.ts'
import type { Random } from './random.ts'
import { DIASTOLIC, HEART_RATE, RESPIRATION, SPO2, SYSTOLIC, TEMPERATURE } from './vital.ts'
import { Wandering } from './wandering.ts'

const HOUR_MS = 3_600_000

/** An illness: changes the body's own values, in the order of `VITALS`, into what it makes of them. */
export type Illness = (values: Float64Array) => void

/** A patient's body: `advance` moves it through time, `truth` and `measured` say where it is. */
export class Body {
  /** Noise-free values: what the alarm limits are compared with in the ground truth. */
  readonly truth = new Float64Array(6)
  /** What the monitor shows: wandering, breathing and measurement noise on top, in the monitor's resolution. */
  readonly measured = new Float64Array(6)
  readonly #person: Person
  readonly #random: Random
  readonly #wandering: Wandering
  #at = Number.NaN

  constructor(person: Person, random: Random) {
    this.#person = person
    this.#random = random
    this.#wandering = new Wandering(random)
  }

  /** To `at` (epoch ms, never earlier than before), under an illness when there is one. */
  advance(at: number, illness?: Illness): void {
    const seconds = Number.isNaN(this.#at) ? 0 : (at - this.#at) / 1000
    if (seconds > 0) this.#wandering.advance(seconds)
    this.#at = at
    const daily = Math.cos((2 * Math.PI * (at / HOUR_MS - DAILY_PEAK_HOUR)) / 24)
    for (let vital = 0; vital < 6; vital++) {
      this.truth[vital] = (this.#person.resting[vital] ?? 0) + daily * (DAILY_SWING[vital] ?? 0)
    }
    illness?.(this.truth)
    this.#measure(at)
  }

  #measure(at: number): void {
    const { truth, measured } = this
    for (let vital = 0; vital < 6; vital++) {
      const noise = (MEASUREMENT_NOISE[vital] ?? 0) * this.#random.gaussian()
      measured[vital] = (truth[vital] ?? 0) + (this.#wandering.deviation[vital] ?? 0) + noise
    }
    const breath = Math.sin((2 * Math.PI * (at / 60_000) * (truth[RESPIRATION] ?? 0)) % (2 * Math.PI))
    measured[HEART_RATE] = clamp(
      Math.round((measured[HEART_RATE] ?? 0) + this.#person.sinusArrhythmia * breath),
      20,
      250,
    )
    measured[SPO2] = clamp(Math.round(measured[SPO2] ?? 0), 50, 100)
    measured[SYSTOLIC] = clamp(Math.round(measured[SYSTOLIC] ?? 0), 30, 260)
    // Pulse pressure never closes: a cuff that finds none gives no value at all.
    measured[DIASTOLIC] = clamp(Math.round(measured[DIASTOLIC] ?? 0), 15, (measured[SYSTOLIC] ?? 0) - 10)
    measured[TEMPERATURE] = Math.round(clamp(measured[TEMPERATURE] ?? 0, 30, 42) * 10) / 10
    measured[RESPIRATION] = clamp(Math.round(measured[RESPIRATION] ?? 0), 2, 60)
  }
}

/**
 * Half the day's swing, highest in the late afternoon, lowest before dawn: temperature about 0.5 °C from low to high
 * (Mackowiak et al., JAMA 1992), pressure lower at night (Millar-Craig et al., Lancet 1978). UTC stands for ward time.
 */
const DAILY_SWING = [3, 0.1, 4, 2.2, 0.22, 0.4]
const DAILY_PEAK_HOUR = 17

/** Standard deviation of one measurement. */
const MEASUREMENT_NOISE = [0.8, 0.35, 1.5, 1.2, 0.04, 0.5]

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
