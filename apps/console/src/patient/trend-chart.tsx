import { useEffect, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'
import { useShade } from '../appearance/theme.tsx'
import { gapsLongerThan } from '../appearance/time-gaps.ts'
import { dayAndTime, number, timeToSecond } from '../words/format.ts'
import { parameterWords } from '../words/parameters.ts'
import type { NumericParameter } from '../ward/tile.ts'
import { type Limits, limitsWords } from './limits.ts'
import { shadeLimits } from './shade-limits.ts'
import { extent, type Span, spans, type TrendPoint } from './trend.ts'

const height = 170

/** A longer silence breaks the line: minutes for what a monitor streams, hours for what is taken now and then. */
const silenceSeconds: Record<NumericParameter, number> = {
  heartRate: 300,
  spo2: 300,
  respiration: 300,
  systolic: 2 * 3600,
  diastolic: 2 * 3600,
  temperature: 6 * 3600,
}
/** Up to so many values each has its dot. */
const mostDots = 80

interface TrendChartProps {
  title: string
  /** The line that limits belong to comes first. */
  lines: { parameter: NumericParameter; colour: string; points: readonly TrendPoint[] }[]
  limits: Limits
  span: Span
  now: number
}

/** One chart with its alarm limits shaded. What it shows is also said in words, and in the table below the charts. */
export function TrendChart({ title, lines, limits, span, now }: TrendChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const shade = useShade()
  const [pointed, setPointed] = useState<number | null>(null)
  const { isDetailed, ms } = spans[span]
  const data = useMemo(() => align(lines), [lines])
  const main = lines[0]
  const view = useRef({ limits, from: 0, to: 0, range: [0, 1] as [number, number] })
  view.current = { limits, from: (now - ms) / 1000, to: now / 1000, range: rangeOf(lines, limits) }

  useEffect(() => {
    const element = host.current
    if (!element) return
    const style = getComputedStyle(element)
    const colour = (name: string) => style.getPropertyValue(name)
    const axis = {
      stroke: colour('--ink-quiet'),
      font: `12px ${style.fontFamily}`,
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { stroke: colour('--line'), width: 1 },
    }
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: { sync: { key: 'trend' }, drag: { x: false, y: false }, y: false },
        scales: {
          x: { range: () => [view.current.from, view.current.to] },
          y: { range: () => view.current.range },
        },
        axes: [
          { ...axis, size: 26, values: timeLabels(ms) },
          { ...axis, size: 44 },
        ],
        series: [
          {},
          ...lines.flatMap((line, index): uPlot.Series[] => {
            const gaps = gapsLongerThan(isDetailed ? silenceSeconds[line.parameter] : 2.5 * 3600)
            const edge: uPlot.Series = { stroke: 'transparent', points: { show: false }, gaps }
            return [
              edge,
              {
                stroke: colour(line.colour),
                width: 1.75,
                gaps,
                points: {
                  show: (plotted) => countIn(plotted, index * 3 + 2) <= mostDots,
                  size: 4,
                  fill: colour(line.colour),
                },
                ...(index > 0 ? { dash: [5, 4] } : {}),
              },
              edge,
            ]
          }),
        ],
        bands: lines.map((line, index): uPlot.Band => ({
          series: [index * 3 + 3, index * 3 + 1],
          fill: `color-mix(in srgb, ${colour(line.colour)} 18%, transparent)`,
        })),
        hooks: {
          drawClear: [(drawn) => shadeLimits(drawn, { limits: view.current.limits, colour })],
          setCursor: [({ cursor: { idx } }) => setPointed(idx ?? null)],
        },
      },
      [[]],
      element,
    )
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = null
    }
    // The lines' names and colours go with the title; their points come in below.
  }, [shade, isDetailed, ms, lines.length])

  useEffect(() => plot.current?.setData(data), [data, shade, isDetailed, ms, now])

  if (!main) return null
  const { unit, digits } = parameterWords[main.parameter]
  const at = pointed === null ? undefined : data[0][pointed]
  const shown = lines.map(({ parameter, points }) => {
    const point = at === undefined ? points.at(-1) : points.find((each) => each.at === at * 1000)
    return point ? number(point.value, parameterWords[parameter].digits) : '–'
  })
  const reach = extent(main.points)
  const words = reach
    ? `Over ${spans[span].spoken} between ${number(reach.low, digits)} and ${number(reach.high, digits)} ${unit}.`
    : `No values over ${spans[span].spoken}.`
  return (
    <figure className="trend">
      <figcaption>
        <h4>{title}</h4>
        <p className="trend-value" aria-hidden="true">
          {at !== undefined && <span>{ms > 86_400_000 ? dayAndTime(at * 1000) : timeToSecond(at * 1000)}</span>}
          <strong>{shown.join('/')}</strong> {unit}
        </p>
        <p className="hint">
          {words} {limitsWords(main.parameter, limits)}
        </p>
      </figcaption>
      <div className="trend-plot" ref={host} aria-hidden="true" />
    </figure>
  )
}

function countIn({ data }: uPlot, series: number): number {
  return (data[series] ?? []).filter((value) => typeof value === 'number').length
}

/** Lines of different times on one axis: for each line its low, value and high; undefined where it has none. */
function align(lines: TrendChartProps['lines']): uPlot.AlignedData {
  const times = [...new Set(lines.flatMap(({ points }) => points.map(({ at }) => at)))].sort((a, b) => a - b)
  const place = new Map(times.map((at, index) => [at, index]))
  const columns = lines.flatMap(({ points }) => {
    const [low, value, high] = [0, 1, 2].map(() => Array.from<number | undefined>({ length: times.length })) as [
      (number | undefined)[],
      (number | undefined)[],
      (number | undefined)[],
    ]
    for (const point of points) {
      const index = place.get(point.at) ?? 0
      value[index] = point.value
      low[index] = point.range?.low
      high[index] = point.range?.high
    }
    return [low, value, high]
  })
  return [times.map((at) => at / 1000), ...columns]
}

/** Room for the values and for the warning limits, with a little air. */
function rangeOf(lines: TrendChartProps['lines'], { warning, critical }: Limits): [number, number] {
  const reaches = lines.flatMap(({ points }) => extent(points) ?? [])
  const edges = [
    ...reaches.flatMap(({ low, high }) => [low, high]),
    ...[warning?.low ?? critical?.low, warning?.high ?? critical?.high].filter((edge) => typeof edge === 'number'),
  ]
  if (edges.length === 0) return [0, 100]
  const [low, high] = [Math.min(...edges), Math.max(...edges)]
  const air = Math.max((high - low) * 0.12, 0.3)
  return [low - air, high + air]
}

function timeLabels(ms: number): uPlot.Axis.Values {
  const format = new Intl.DateTimeFormat(
    'en-GB',
    ms > 86_400_000 ? { weekday: 'short', day: 'numeric' } : { hour: '2-digit', minute: '2-digit' },
  )
  return (_, splits) => splits.map((seconds) => format.format(new Date(seconds * 1000)))
}
