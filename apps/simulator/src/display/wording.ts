import type { LatencySummary } from '../latency.ts'

/** 12345.6 as `12,346`; small figures keep a decimal. */
export function count(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: value < 100 ? 1 : 0 })
}

export function percent(share: number | undefined): string {
  return share === undefined ? 'none to judge' : `${(share * 100).toFixed(1)} %`
}

export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`
}

export function latencyRows(latency: LatencySummary): string[][] {
  const points = Object.entries(latency.percentiles).map(([name, value]) => [name, milliseconds(value)])
  return [...points, ['max', milliseconds(latency.max)], ['mean', milliseconds(latency.mean)]]
}
