import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { useShade } from '../appearance/theme.tsx'
import { gapsLongerThan } from '../appearance/time-gaps.ts'
import type { Recent } from './recent.ts'

const height = 34

const spanSeconds = 15 * 60
/** No line is drawn over a longer silence. */
const gaps = gapsLongerThan(60)

/** Heart rate as a full line and SpO₂ as a dashed one over the last quarter of an hour. A picture only: the values stand beside it. */
export function Sparkline({ recent }: { recent: Recent }) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const shade = useShade()

  useEffect(() => {
    const element = host.current
    if (!element) return
    const colour = (name: string) => getComputedStyle(element).getPropertyValue(name)
    const made = new uPlot(
      {
        width: Math.max(40, element.clientWidth),
        height,
        legend: { show: false },
        cursor: { show: false },
        padding: [2, 0, 2, 0],
        axes: [{ show: false }, { show: false }],
        scales: {
          x: { time: false, range: (_, __, max) => [max - spanSeconds, max] },
          rate: { range: (_, low, high) => [Math.min(40, low ?? 40), Math.max(140, high ?? 140)] },
          spo2: { range: [70, 100.5] },
        },
        series: [
          {},
          { scale: 'rate', stroke: colour('--heart-rate'), width: 1.5, points: { show: false }, gaps },
          { scale: 'spo2', stroke: colour('--spo2'), width: 1.25, dash: [3, 3], points: { show: false }, gaps },
        ],
      },
      [[], [], []],
      element,
    )
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: Math.max(40, element.clientWidth), height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [shade])

  useEffect(() => {
    plot.current?.setData([recent.times, recent.heartRate, recent.spo2])
  }, [recent, shade])

  return <div className="sparkline" ref={host} aria-hidden="true" />
}
