/** A slice of the recent past: when it begins, the mean of its values, how many they were. */
type TrendSlice = readonly [startsAt: number, mean: number, count: number]

/** The recent past of one parameter, oldest slice first. */
export type Trend = readonly TrendSlice[]

/** Few enough to keep the state small, many enough that the oldest slice is close to a whole window back. */
const SLICES_PER_WINDOW = 5

/** The trend with one more value, which is the newest (`at` in epoch milliseconds). */
export function extendTrend(trend: Trend, seen: { value: number; at: number }, windowMs: number): Trend {
  const { value, at } = seen
  const first = trend.findIndex((slice) => slice[0] > at - windowMs)
  const kept = first === -1 ? [] : trend.slice(first)
  const last = kept.at(-1)
  if (last !== undefined && at - last[0] < windowMs / SLICES_PER_WINDOW) {
    const count = last[2] + 1
    kept[kept.length - 1] = [last[0], shortened(last[1] + (value - last[1]) / count), count]
  } else {
    kept.push([at, value, 1])
  }
  return kept
}

/** Six decimals: the state is stored as text, and a mean's sixteen digits would be most of it. */
function shortened(mean: number): number {
  return Math.round(mean * 1e6) / 1e6
}

/**
 * How far the value has risen above, or fallen below, the window's slices: 0 when it has not. Measured against the
 * second most distant slice, so that one slice spoilt by an artefact does not make every later value look like a
 * change; with fewer than two slices there is nothing to measure against.
 */
export function changeWithin(
  trend: Trend,
  seen: { value: number; at: number },
  { windowMs, direction }: { windowMs: number; direction: 'rise' | 'fall' },
): number {
  let farthest = 0
  let second = 0
  // Read by index: destructuring a tuple goes through its iterator, and this runs for every reading.
  for (const slice of trend) {
    if (slice[0] <= seen.at - windowMs) continue
    const change = direction === 'rise' ? seen.value - slice[1] : slice[1] - seen.value
    if (change > farthest) {
      second = farthest
      farthest = change
    } else if (change > second) {
      second = change
    }
  }
  return second
}
