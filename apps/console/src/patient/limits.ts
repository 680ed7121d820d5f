import type { Outputs } from '@chartwire/sdk'
import { number } from '../words/format.ts'
import { parameterWords } from '../words/parameters.ts'
import type { NumericParameter } from '../ward/tile.ts'

export type Threshold = Outputs['thresholds']['list'][number]

interface Bounds {
  low: number | null
  high: number | null
}

/** Where a parameter alarms; a level is absent where nothing is set. */
export interface Limits {
  warning?: Bounds
  critical?: Bounds
  /** Set for this patient, not the hospital's. */
  isOwn: boolean
}

/** The limits in force at an instant: of each level the patient's own before the hospital's, the newest of several. */
export function limitsFor(parameter: NumericParameter, thresholds: readonly Threshold[], now: number): Limits {
  const limits: Limits = { isOwn: false }
  for (const level of ['warning', 'critical'] as const) {
    const inForce = thresholds
      .filter((each) => each.parameter === parameter && each.level === level)
      .filter(({ effectiveFrom, effectiveUntil }) => {
        const hasBegun = Date.parse(effectiveFrom) <= now
        return hasBegun && (effectiveUntil === null || Date.parse(effectiveUntil) > now)
      })
      .sort(
        (a, b) =>
          Number(b.patientId !== null) - Number(a.patientId !== null) || (a.effectiveFrom < b.effectiveFrom ? 1 : -1),
      )
    const [best] = inForce
    if (!best) continue
    // A saturation cannot pass 100 %: such a bound is none.
    const isOutOfReach = parameter === 'spo2' && (best.high ?? 0) >= 100
    limits[level] = { low: best.low, high: isOutOfReach ? null : best.high }
    if (best.patientId !== null) limits.isOwn = true
  }
  return limits
}

/** `Warning below 50 or above 100; critical below 40 or above 120.` Empty where nothing is set. */
export function limitsWords(parameter: NumericParameter, limits: Limits): string {
  const { digits } = parameterWords[parameter]
  const levels = (['warning', 'critical'] as const).flatMap((level) => {
    const bounds = limits[level]
    const sides = [
      ...(bounds && bounds.low !== null ? [`below ${number(bounds.low, digits)}`] : []),
      ...(bounds && bounds.high !== null ? [`above ${number(bounds.high, digits)}`] : []),
    ]
    return sides.length > 0 ? [`${level} ${sides.join(' or ')}`] : []
  })
  if (levels.length === 0) return ''
  const text = levels.join('; ')
  return `${limits.isOwn ? "This patient's own alarm limits" : 'Alarm limits'}: ${text}.`
}
