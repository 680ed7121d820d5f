import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { useShade } from '../appearance/theme.tsx'
import { gapsLongerThan } from '../appearance/time-gaps.ts'
import type { Recent } from './recent.ts'

const spanSeconds = 15 * 60
/** So that the first few values are not drawn out to a storm. */
const leastSeconds = 5 * 60
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
        ...sizeOf(element),
        legend: { show: false },
        cursor: { show: false },
        padding: [2, 0, 2, 0],
        axes: [{ show: false }, { show: false }],
        scales: {
          x: {
            time: false,
            range: (_, min, max) => [Math.max(max - spanSeconds, Math.min(min, max - leastSeconds)), max],
          },
          rate: { range: (_, low, high) => [Math.min(50, low ?? 50), Math.max(120, high ?? 120)] },
          spo2: { range: (_, low) => [Math.min(84, low ?? 84), 100.5] },
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
    const observer = new ResizeObserver(() => made.setSize(sizeOf(element)))
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

const sizeOf = (element: HTMLElement) => ({
  width: Math.max(40, element.clientWidth),
  height: Math.max(12, element.clientHeight),
})
