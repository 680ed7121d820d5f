/** A linear axis: values to pixels, with round ticks. */
export interface Scale {
  ticks: number[]
  toPixel(value: number): number
}

/** An axis from 0 to at least `most`, drawn from pixel `from` (value 0) to pixel `to`. */
export function scaleTo(most: number, { from, to, ticks }: { from: number; to: number; ticks: number }): Scale {
  const step = roundStep(most / ticks)
  const count = Math.max(1, Math.ceil(most / step - 1e-9))
  return {
    ticks: Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(6))),
    toPixel: (value) => from + ((to - from) * value) / (step * count),
  }
}

/** The next of 1, 2, 5 times a power of ten; 1 where everything is as good as 0. */
function roundStep(step: number): number {
  if (!(step > 1e-9)) return 1
  const power = 10 ** Math.floor(Math.log10(step))
  const share = step / power
  if (share <= 1) return power
  if (share <= 2) return 2 * power
  return (share <= 5 ? 5 : 10) * power
}
