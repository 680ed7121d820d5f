interface Bucket {
  tokens: number
  at: number
}

/** Beyond this the half that was not used for longest is forgotten: strangers cannot fill the memory. */
const mostBuckets = 50_000

/**
 * Allowances that fill up evenly: a bucket holds a minute's worth and a call takes one. In this process's memory, which is
 * right for ordinary calls; what can be guessed is counted in the database.
 */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>()
  readonly #capacity: number
  readonly #perMs: number
  readonly #now: () => number

  constructor(perMinute: number, now: () => number = () => performance.now()) {
    this.#capacity = perMinute
    this.#perMs = perMinute / 60_000
    this.#now = now
  }

  /** Null, or the seconds after which a call will pass. */
  take(key: string, cost = 1): number | null {
    const now = this.#now()
    const known = this.#buckets.get(key)
    const tokens = known ? Math.min(this.#capacity, known.tokens + (now - known.at) * this.#perMs) : this.#capacity
    const isEnough = tokens >= cost
    this.#buckets.delete(key)
    this.#buckets.set(key, { tokens: isEnough ? tokens - cost : tokens, at: now })
    if (this.#buckets.size > mostBuckets) this.#forgetOldestHalf()
    return isEnough ? null : Math.max(1, Math.ceil((cost - tokens) / this.#perMs / 1_000))
  }

  /** Many at once: to find the first key of a map whose front was deleted takes a walk over the gap. */
  #forgetOldestHalf(): void {
    let left = mostBuckets / 2
    for (const key of this.#buckets.keys()) {
      this.#buckets.delete(key)
      if (--left === 0) return
    }
  }
}
