import { drawLineChart, type Series } from '../charts/line-chart.ts'
import type { LoadReport } from './load-report.ts'

/** A chart with its legend, ready for the page. */
export interface Figure {
  title: string
  note: string
  svg: string
  legend: readonly Pick<Series, 'name' | 'tone'>[]
}

export function loadFigures(report: LoadReport): Figure[] {
  return [latencyOverTime(report), rateOverTime(report), distribution(report)]
}

function latencyOverTime({ seconds }: LoadReport): Figure {
  const series: Series[] = [
    { name: 'p99', tone: 4, values: seconds.map((second) => second.p99) },
    { name: 'p95', tone: 3, values: seconds.map((second) => second.p95) },
    { name: 'p50', tone: 1, values: seconds.map((second) => second.p50) },
  ]
  const title = 'Latency over time'
  return {
    title,
    note: 'Each second, from the time a request was due.',
    svg: drawLineChart({ title, unit: 'ms', series, labels: secondLabels(seconds) }),
    legend: series,
  }
}

function rateOverTime({ seconds, model }: LoadReport): Figure {
  const series: Series[] = [
    { name: 'answers', tone: 1, values: seconds.map((second) => second.requests - second.errors) },
  ]
  if (model.kind === 'open') {
    series.push({ name: 'asked for', tone: 2, isDashed: true, values: seconds.map(() => model.ratePerSecond) })
  }
  series.push({ name: 'errors', tone: 4, values: seconds.map((second) => second.errors) })
  const title = 'Throughput over time'
  return {
    title,
    note: 'Answers each second.',
    svg: drawLineChart({ title, unit: '/s', series, labels: secondLabels(seconds) }),
    legend: series,
  }
}

/** The x axis stretches the tail: 90, 99, 99.9 and 99.99 % lie equally far apart. */
function distribution({ curve }: LoadReport): Figure {
  const series: Series[] = [{ name: 'latency', tone: 1, values: curve.map((point) => point.ms) }]
  const depth = (percentile: number) => -Math.log10(1 - percentile / 100)
  const deepest = depth(curve.at(-1)?.percentile ?? 99.99)
  const title = 'Latency by percentile'
  return {
    title,
    note: 'How much is answered within how long; every step to the right is ten times rarer.',
    svg: drawLineChart({
      title,
      unit: 'ms',
      series,
      labels: curve.map(({ percentile }) => (NAMED.has(percentile) ? `${percentile} %` : '')),
      positions: curve.map(({ percentile }) => depth(percentile) / deepest),
    }),
    legend: [],
  }
}

/** At most about eight labels. */
function secondLabels(seconds: LoadReport['seconds']): string[] {
  const every = Math.max(1, Math.ceil(seconds.length / 8))
  return seconds.map(({ second }, place) => (place % every === 0 ? `${second} s` : ''))
}

const NAMED = new Set([0, 50, 75, 90, 99, 99.9, 99.99])
