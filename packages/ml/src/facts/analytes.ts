import { readTable } from '../vocabulary/table.ts'

/** What is known of one measured quantity, in its canonical unit. */
export interface Analyte {
  readonly loinc: string
  readonly name: string
  /** UCUM. */
  readonly unit: string
  /** Outside of these a number is a mistake or something else. */
  readonly plausible: readonly [low: number, high: number]
  /** Outside of these somebody has to be told; Infinity where there is no limit. */
  readonly critical: readonly [low: number, high: number]
  readonly toCanonical: ReadonlyMap<string, { readonly factor: number; readonly offset: number }>
  readonly source: string
}

let shared: ReadonlyMap<string, Analyte> | undefined

/** Quantities with limits by LOINC code, read once from vocabulary/limits.tsv. */
export function analytes(): ReadonlyMap<string, Analyte> {
  if (shared) return shared
  const number = { pattern: /^\d+(?:\.\d+)?$/ }
  const optional = { ...number, optional: true }
  const rows = readTable('limits.tsv', {
    loinc: { pattern: /^\d+-\d$/ },
    name: {},
    unit: {},
    plausible_low: number,
    plausible_high: number,
    critical_low: optional,
    critical_high: optional,
    conversions: { optional: true, pattern: /^[^;*]+\*[\d.]+(?:[+-][\d.]+)?(?:;.+)?$/ },
    source: { optional: true },
  })
  shared = new Map(
    rows.map((row) => [
      row.loinc,
      {
        loinc: row.loinc,
        name: row.name,
        unit: row.unit,
        source: row.source,
        plausible: [Number(row.plausible_low), Number(row.plausible_high)],
        critical: [
          row.critical_low === '' ? -Infinity : Number(row.critical_low),
          row.critical_high === '' ? Infinity : Number(row.critical_high),
        ],
        toCanonical: conversions(row.conversions),
      },
    ]),
  )
  return shared
}

/** `mmol/L*18.016` multiplies; `[degF]*0.5556-17.7778` adds as well. The factor is behind the last star: `10*9/L*1`. */
function conversions(cell: string): Map<string, { factor: number; offset: number }> {
  const map = new Map<string, { factor: number; offset: number }>()
  for (const part of cell.split(';')) {
    const [, unit, factor, offset] = /^(.+)\*([\d.]+)([+-][\d.]+)?$/.exec(part) ?? []
    if (unit !== undefined) map.set(unit, { factor: Number(factor), offset: Number(offset ?? 0) })
  }
  return map
}

/** A value in the canonical unit; undefined for a unit that cannot be converted. */
export function canonical(analyte: Analyte, value: number, unit: string): number | undefined {
  if (unit === analyte.unit) return value
  const way = analyte.toCanonical.get(unit)
  return way ? Math.round((value * way.factor + way.offset) * 1e4) / 1e4 : undefined
}

export function isPlausible(analyte: Analyte, value: number): boolean {
  return value >= analyte.plausible[0] && value <= analyte.plausible[1]
}

/**
 * The unit of a number that came without one: the usual unit when it is plausible in it, else the only other unit in which
 * it is. `WBC 7.2` is thousands, `WBC 7200` single cells; none when several fit.
 */
export function inferUnit(analyte: Analyte, value: number): string | undefined {
  if (isPlausible(analyte, value)) return analyte.unit
  // What looks like a calendar year is not to become a value in some rarer unit.
  if (Number.isInteger(value) && value >= 1900 && value < 2100) return undefined
  const fitting = [...analyte.toCanonical.keys()].filter((unit) =>
    isPlausible(analyte, canonical(analyte, value, unit) ?? NaN),
  )
  const distinct = new Set(fitting.map((unit) => canonical(analyte, value, unit)))
  return distinct.size === 1 ? fitting[0] : undefined
}
