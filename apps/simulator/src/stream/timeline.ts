/** How a run's simulated time lies against real time. */
export interface TimelineOptions {
  /** When the run starts, epoch ms. */
  startedAt: number
  /** Simulated seconds per real second. */
  speed: number
  /** Seconds of real time, 0 for a run without end. */
  durationS: number
  /** Simulated start, when the caller wants a certain one. */
  simulatedStart?: number | undefined
}

/**
 * Source times never lie in the future: a run faster than life starts in the past, so that it reaches the present when it
 * ends. One without an end starts a day back, and goes on at life's own pace once it has caught up.
 */
export class Timeline {
  readonly simulatedStart: number
  readonly #startedAt: number
  readonly #speed: number

  constructor(options: TimelineOptions) {
    this.#startedAt = options.startedAt
    this.#speed = options.speed
    const lead = options.durationS > 0 ? options.durationS * 1000 * Math.max(0, options.speed - 1) : DAY_MS
    this.simulatedStart = options.simulatedStart ?? (options.speed > 1 ? options.startedAt - lead : options.startedAt)
  }

  /** Source time of what is due at a real time (epoch ms). */
  sourceTime(real: number): number {
    const simulated = this.simulatedStart + (real - this.#startedAt) * this.#speed
    return this.#speed > 1 ? Math.min(simulated, real) : simulated
  }
}

const DAY_MS = 86_400_000
