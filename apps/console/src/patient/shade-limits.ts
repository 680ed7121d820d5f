import type uPlot from 'uplot'
import type { Limits } from './limits.ts'

/** Fills what lies beyond the limits, and draws the limits: dashed for a warning, full for critical. */
export function shadeLimits(
  plot: uPlot,
  { limits, colour }: { limits: Limits; colour: (name: string) => string },
): void {
  const { ctx, bbox } = plot
  const clamp = (y: number) => Math.min(bbox.top + bbox.height, Math.max(bbox.top, y))
  ctx.save()
  for (const level of ['warning', 'critical'] as const) {
    const bounds = limits[level]
    if (!bounds) continue
    for (const [side, limit] of [
      ['low', bounds.low],
      ['high', bounds.high],
    ] as const) {
      if (limit === null) continue
      const y = clamp(plot.valToPos(limit, 'y', true))
      const edge = side === 'low' ? bbox.top + bbox.height : bbox.top
      ctx.fillStyle = colour(`--${level}-tint`)
      ctx.fillRect(bbox.left, Math.min(y, edge), bbox.width, Math.abs(edge - y))
      if (y === edge) continue
      ctx.strokeStyle = colour(level === 'critical' ? '--critical' : '--warning-ink')
      ctx.lineWidth = devicePixelRatio
      ctx.setLineDash(level === 'warning' ? [6 * devicePixelRatio, 4 * devicePixelRatio] : [])
      ctx.beginPath()
      ctx.moveTo(bbox.left, y)
      ctx.lineTo(bbox.left + bbox.width, y)
      ctx.stroke()
    }
  }
  ctx.restore()
}
