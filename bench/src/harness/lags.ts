/** Finer than any lag that matters. */
const STEP_S = 0.01
/** A minute; what is later counts as that. */
const STEPS = 6_000

/** Lags in seconds, counted in steps of 10 ms: half an hour's millions of samples take no more room than one. */
export class Lags {
  private readonly counts = new Uint32Array(STEPS + 1)
  private total = 0

  add(seconds: number): void {
    const step = Math.max(0, Math.min(STEPS, Math.ceil(seconds / STEP_S - 1e-9)))
    this.counts[step] = (this.counts[step] ?? 0) + 1
    this.total++
  }

  /** The step that this share of the samples does not exceed; 0 without any. */
  quantile(share: number): number {
    const wanted = this.total * share
    let seen = 0
    for (let step = 0; step <= STEPS; step++) {
      seen += this.counts[step] ?? 0
      if (seen >= wanted) return step * STEP_S
    }
    return STEPS * STEP_S
  }
}
