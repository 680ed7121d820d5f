import { BedsideError, type BatchResult, type Reading } from '../bedside.ts'
import type { Clock } from '../clock.ts'
import type { Acknowledgements } from './acknowledgements.ts'

export interface LaneOptions {
  send: (readings: readonly Reading[]) => Promise<BatchResult>
  clock: Clock
  acknowledgements: Acknowledgements
  /** Most readings in one request. */
  batch: number
  /** Most readings that wait; beyond it the oldest are given up and counted. */
  capacity: number
  /** Spreads repetitions of many lanes: a number in [0, 1). */
  jitter: () => number
  /** Told what became of each batch, in the order sent. */
  onSettled?: ((readings: readonly Reading[], result: BatchResult) => void) | undefined
  /** Told once when the server refuses the login: nothing more can be sent. */
  onRefusedLogin: (error: BedsideError) => void
}

/**
 * Sends readings one request at a time, in order, so that one patient's readings never overtake each other. A batch that
 * was not answered is repeated unchanged with growing pauses until it is: ingestion knows a reading by patient, device
 * and source time, so a repetition stores nothing twice.
 */
export class Lane {
  readonly #options: LaneOptions
  #waiting: Reading[] = []
  /** Readings before this place are already taken: shifting an array for each batch would copy it. */
  #taken = 0
  #inFlight = 0
  #isPumping = false
  #idle: Promise<void> = Promise.resolve()
  #abandon = new AbortController()

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /** Readings that have no answer yet. */
  get backlog(): number {
    return this.#waiting.length - this.#taken + this.#inFlight
  }

  offer(reading: Reading): void {
    if (this.#abandon.signal.aborted) {
      this.#options.acknowledgements.unacknowledged++
      return
    }
    if (this.#waiting.length - this.#taken >= this.#options.capacity) {
      this.#taken++
      this.#options.acknowledgements.unacknowledged++
    }
    this.#waiting.push(reading)
  }

  /** Starts sending what waits, unless a request is already on its way. */
  kick(): void {
    if (this.#isPumping || this.#taken === this.#waiting.length || this.#abandon.signal.aborted) return
    this.#isPumping = true
    this.#idle = this.#pump()
  }

  /** Resolves when nothing waits, or the lane gave up. */
  async settle(): Promise<void> {
    this.kick()
    await this.#idle
  }

  /** Stops repeating; what has no answer is counted as never acknowledged. */
  giveUp(): void {
    if (this.#abandon.signal.aborted) return
    this.#abandon.abort()
    this.#options.acknowledgements.unacknowledged += this.#waiting.length - this.#taken
    this.#waiting = []
    this.#taken = 0
  }

  async #pump(): Promise<void> {
    while (this.#taken < this.#waiting.length) {
      const batch = this.#waiting.slice(this.#taken, this.#taken + this.#options.batch)
      this.#taken += batch.length
      if (this.#taken > COMPACT_AT) {
        this.#waiting = this.#waiting.slice(this.#taken)
        this.#taken = 0
      }
      this.#inFlight = batch.length
      const result = await this.#sendUntilAnswered(batch)
      this.#inFlight = 0
      if (result === undefined) this.#options.acknowledgements.unacknowledged += batch.length
      else this.#options.acknowledgements.add(result)
      if (result !== undefined) this.#options.onSettled?.(batch, result)
    }
    this.#isPumping = false
  }

  async #sendUntilAnswered(batch: readonly Reading[]): Promise<BatchResult | undefined> {
    const { clock, acknowledgements } = this.#options
    const started = clock.now()
    for (let attempt = 0; ; attempt++) {
      try {
        const result = await this.#options.send(batch)
        acknowledgements.roundTrip.record(clock.now() - started)
        return result
      } catch (error) {
        if (!(error instanceof BedsideError)) throw error
        if (error.isRefusedLogin) {
          this.#options.onRefusedLogin(error)
          this.giveUp()
        }
        if (this.#abandon.signal.aborted) return undefined
        if (!error.retryable) return refuseAll(batch.length, error.code)
        acknowledgements.retries++
        await clock.sleep(this.#pause(attempt, error), this.#abandon.signal)
        if (this.#abandon.signal.aborted) return undefined
      }
    }
  }

  #pause(attempt: number, error: BedsideError): number {
    const grown = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** Math.min(attempt, 16))
    return Math.max(error.retryAfterMs ?? 0, grown * (0.5 + 0.5 * this.#options.jitter()))
  }
}

/** A request that the server refused as a whole refuses each of its rows. */
function refuseAll(count: number, code: string): BatchResult {
  const results = Array.from({ length: count }, (_, index) => ({ index, status: 'refused' as const, code }))
  return { results, stored: 0, duplicates: 0, flagged: 0, refused: count }
}

const COMPACT_AT = 8192
const SHORTEST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5000
