import { escapeMarkup } from './escape.ts'
import { scaleTo } from './scale.ts'

export interface Series {
  name: string
  /** One of the page's colours, `series-1` to `series-4`. */
  tone: 1 | 2 | 3 | 4
  /** One value for each place on the x axis. */
  values: readonly number[]
  isDashed?: boolean
}

export interface LineChart {
  /** Said to screen readers. */
  title: string
  unit: string
  series: readonly Series[]
  /** Label under each place; empty ones are left out. */
  labels: readonly string[]
  /** Position of each place from 0 to 1; evenly spread when absent. */
  positions?: readonly number[]
}

const WIDTH = 720
const HEIGHT = 260
const LEFT = 58
const RIGHT = 16
const TOP = 14
const BOTTOM = 34

/** An inline SVG line chart that takes its colours from the page's style sheet. All text is escaped. */
export function drawLineChart(chart: LineChart): string {
  const most = Math.max(0, ...chart.series.flatMap((series) => series.values))
  const vertical = scaleTo(most, { from: HEIGHT - BOTTOM, to: TOP, ticks: 4 })
  const places = chart.labels.length
  const xOf = (place: number) => {
    const share = chart.positions?.[place] ?? (places > 1 ? place / (places - 1) : 0.5)
    return LEFT + share * (WIDTH - LEFT - RIGHT)
  }
  const grid = vertical.ticks.map((tick) => {
    const y = vertical.toPixel(tick).toFixed(1)
    const label = escapeMarkup(`${tick.toLocaleString('en-GB')} ${chart.unit}`)
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/><text x="${LEFT - 8}" y="${y}" dy="4" text-anchor="end">${label}</text>`
  })
  const labels = chart.labels.map((label, place) => {
    if (label === '') return ''
    const anchor = place === 0 ? 'start' : place === places - 1 ? 'end' : 'middle'
    return `<text x="${xOf(place).toFixed(1)}" y="${HEIGHT - 12}" text-anchor="${anchor}">${escapeMarkup(label)}</text>`
  })
  const lines = chart.series.map((series) => {
    const points = series.values.map((value, place) => `${xOf(place).toFixed(1)},${vertical.toPixel(value).toFixed(1)}`)
    const dash = series.isDashed === true ? ' stroke-dasharray="6 5"' : ''
    if (points.length === 1) {
      const [x, y] = (points[0] ?? '0,0').split(',')
      return `<circle class="dot tone-${series.tone}" cx="${x}" cy="${y}" r="3"/>`
    }
    return `<polyline class="tone-${series.tone}" points="${points.join(' ')}"${dash}/>`
  })
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeMarkup(chart.title)}">${[...grid, ...labels, ...lines].join('')}</svg>`
}
