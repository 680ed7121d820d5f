import type { Outputs, Reading } from '@chartwire/sdk'
import type { NumericParameter } from '../ward/tile.ts'

export type Hour = Outputs['vitals']['hourly'][number]

const HOUR = 3_600_000

/** How far back one looks, and how many pages of a thousand readings are worth asking for. */
export const spans = {
  '1h': { label: '1 hour', spoken: 'the last hour', ms: HOUR, pages: 4, isDetailed: true },
  '6h': { label: '6 hours', spoken: 'the last 6 hours', ms: 6 * HOUR, pages: 8, isDetailed: true },
  '24h': { label: '24 hours', spoken: 'the last 24 hours', ms: 24 * HOUR, pages: 1, isDetailed: false },
  '7d': { label: '7 days', spoken: 'the last 7 days', ms: 7 * 24 * HOUR, pages: 1, isDetailed: false },
} as const
export type Span = keyof typeof spans

/** From when single readings are wanted: the whole span, or only the hour that has no statistics yet. */
export function detailFrom(span: Span, now: number): number {
  return spans[span].isDetailed ? now - spans[span].ms : Math.floor(now / HOUR) * HOUR
}

/** One moment of a trend: a reading, or an hour with its least and greatest value. */
export interface TrendPoint {
  at: number
  value: number
  range: { low: number; high: number } | null
}

/**
 * A parameter over time: hours as far as single readings do not reach back, then the readings, oldest first.
 * Values that cannot be a patient's are left out.
 */
export function trendOf(
  parameter: NumericParameter,
  {
    hours,
    readings,
    from,
    detailedSince,
  }: { hours: readonly Hour[]; readings: readonly Reading[]; from: number; detailedSince: number },
): TrendPoint[] {
  const points: TrendPoint[] = []
  for (const hour of hours) {
    const middle = Date.parse(hour.start) + HOUR / 2
    const statistics = hour[parameter]
    if (statistics === null || middle < from || middle >= detailedSince) continue
    points.push({ at: middle, value: statistics.mean, range: { low: statistics.min, high: statistics.max } })
  }
  for (const reading of readings) {
    const at = Date.parse(reading.at)
    const value = reading[parameter]
    if (value === null || at < from || at < detailedSince || reading.implausible.includes(parameter)) continue
    points.push({ at, value, range: null })
  }
  return points.sort((a, b) => a.at - b.at)
}

/** Readings of the past and those that came live, each once, oldest first. */
export function mergeReadings(past: readonly Reading[], live: readonly Reading[]): Reading[] {
  const byKey = new Map<string, Reading>()
  for (const reading of [...past, ...live]) byKey.set(`${reading.at}/${reading.deviceId ?? ''}`, reading)
  return [...byKey.values()].sort((a, b) => (a.at < b.at ? -1 : 1))
}

/** The least and greatest value shown, hours' own extremes included; null without any. */
export function extent(points: readonly TrendPoint[]): { low: number; high: number } | null {
  if (points.length === 0) return null
  let [low, high] = [Infinity, -Infinity]
  for (const { value, range } of points) {
    low = Math.min(low, range?.low ?? value)
    high = Math.max(high, range?.high ?? value)
  }
  return { low, high }
}
