import { Latency, type LatencySummary } from '../latency.ts'

/** One second of a load run. */
export interface LoadSecond {
  second: number
  requests: number
  errors: number
  /** Milliseconds. */
  p50: number
  p95: number
  p99: number
}

/** Counts answers by when they came and how late, from the time each was due. */
export class Tally {
  requests = 0
  errors = 0
  /** `200`, `503`, `UND_ERR_HEADERS_TIMEOUT`, `not sent`, ... */
  readonly outcomes = new Map<string, number>()
  readonly latency = new Latency()
  readonly seconds: LoadSecond[] = []
  readonly #present = new Latency()
  readonly #startsAt: number
  #second = 0
  #errorsNow = 0

  /** Requests that were due before `startsAt` are warm-up and leave no trace. */
  constructor(startsAt: number) {
    this.#startsAt = startsAt
  }

  /** An answer, or a failure, to a request that was due at `due`; both in ms of the same clock. */
  record({ due, now, outcome }: { due: number; now: number; outcome: number | string }): void {
    if (due < this.#startsAt) return
    const second = Math.floor((now - this.#startsAt) / 1000)
    if (second > this.#second) this.#turn(second)
    this.requests++
    this.outcomes.set(String(outcome), (this.outcomes.get(String(outcome)) ?? 0) + 1)
    if (typeof outcome !== 'number' || outcome >= 400) {
      this.errors++
      this.#errorsNow++
    }
    // A failed request is as late as it took to fail: leaving it out would make an overloaded server look fast.
    this.latency.record(now - due)
    this.#present.record(now - due)
  }

  finish(): LatencySummary {
    this.#turn(this.#second + 1)
    return this.latency.summarise()
  }

  #turn(next: number): void {
    const present = this.#present
    this.seconds.push({
      second: this.#second,
      requests: present.count,
      errors: this.#errorsNow,
      p50: present.at(50),
      p95: present.at(95),
      p99: present.at(99),
    })
    // Seconds in which nothing came back are seconds too.
    for (let silent = this.#second + 1; silent < next; silent++) {
      this.seconds.push({ second: silent, requests: 0, errors: 0, p50: 0, p95: 0, p99: 0 })
    }
    present.reset()
    this.#errorsNow = 0
    this.#second = next
  }
}
