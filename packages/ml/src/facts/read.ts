import { type ReadOptions, readEntities } from '../entities/read.ts'
import type { Entity } from '../entities/types.ts'
import { tokenise } from '../text/index.ts'
import { type Analyte, analytes, canonical, inferUnit, isPlausible } from './analytes.ts'
import { rangeAfter } from './range.ts'

export interface Fact {
  /** Name as written, with where it and its value stand. */
  readonly name: string
  readonly start: number
  readonly end: number
  readonly loinc: string | null
  readonly specimen: Specimen
  readonly value: number
  readonly comparator?: '<' | '<=' | '>' | '>='
  /** UCUM; null when none was said and none can be inferred. */
  readonly unit: string | null
  readonly isUnitInferred: boolean
  /** In the canonical unit of the quantity; null when it is unknown or cannot be converted. */
  readonly canonical: { readonly value: number; readonly unit: string } | null
  /** The reference range the text itself gives, in the unit of the value. */
  readonly range: { readonly low: number; readonly high: number } | null
  /** `critical`, `low`, `high`, `normal` where a range or a limit says so; `implausible` for a number that cannot be right. */
  readonly judgement: 'critical' | 'low' | 'high' | 'normal' | 'implausible' | null
}
type Specimen = 'blood' | 'urine' | 'csf' | 'stool' | 'other fluid' | 'none'

const SPECIMENS: readonly (readonly [Specimen, RegExp])[] = [
  ['urine', /\b(?:urine|urinary|urinalysis|u\/?a|dipstick)\b/i],
  ['csf', /\b(?:csf|cerebrospinal|spinal fluid)\b/i],
  ['stool', /\b(?:stool|fecal|faecal)\b/i],
  ['other fluid', /\b(?:pleural|ascitic|ascites|synovial|pericardial|peritoneal) ?(?:fluid)?\b/i],
]
const SYSTOLIC = '8480-6'
const DIASTOLIC = '8462-4'
const PRESSURE = '85354-9'

/**
 * Measured values of a text as facts: name by the longest whole vocabulary name, specimen, comparator, unit and its
 * conversion, the reference range beside it, plausibility and critical limits. A value of another specimen than blood is
 * never judged by blood limits.
 */
export function readFacts(text: string, options: ReadOptions = {}): Fact[] {
  const entities = readEntities(text, options)
  return entities.flatMap((entity) => {
    const value = entities[entity.parts?.[0] ?? -1]
    if ((entity.type !== 'test' && entity.type !== 'vital') || value?.attributes?.kind !== 'measurement') return []
    return factsOf(text, entity, value)
  })
}

function factsOf(text: string, entity: Entity, value: Entity): Fact[] {
  if (value.attributes?.kind !== 'measurement') return []
  const { value: number, second, comparator, unit } = value.attributes
  const code = entity.codes.find((one) => one.system === 'LOINC')?.code ?? null
  const base = { text, entity, value, unit, ...(comparator === undefined ? {} : { comparator }) }
  if (second !== undefined && (code === PRESSURE || code === SYSTOLIC))
    return [judge({ ...base, loinc: SYSTOLIC, number }), judge({ ...base, loinc: DIASTOLIC, number: second })]
  return [judge({ ...base, loinc: code, number })]
}

interface Measured {
  readonly text: string
  readonly entity: Entity
  readonly value: Entity
  readonly loinc: string | null
  readonly number: number
  readonly unit: string | null
  readonly comparator?: Fact['comparator']
}

function judge({ text, entity, value, loinc, number, unit, comparator }: Measured): Fact {
  const specimen = specimenOf(text, entity)
  // A urine glucose has no blood limits, and the code of the blood test is not its code.
  const isBlood = specimen === 'blood' || specimen === 'none'
  const analyte = isBlood && loinc !== null ? analytes().get(loinc) : undefined
  const known = unit ?? (analyte ? inferUnit(analyte, number) : undefined) ?? null
  const inCanonical = analyte && known !== null ? canonical(analyte, number, known) : undefined
  const range = rangeAfter(tokenise(text.slice(value.end, value.end + RANGE_WINDOW)))
  return {
    name: entity.text,
    start: entity.start,
    end: value.end,
    loinc: isBlood || /urine/i.test(entity.text) ? loinc : null,
    specimen,
    value: number,
    ...(comparator === undefined ? {} : { comparator }),
    unit: known,
    isUnitInferred: unit === null && known !== null,
    canonical: analyte && inCanonical !== undefined ? { value: inCanonical, unit: analyte.unit } : null,
    range,
    judgement: judgementOf({ number, inCanonical, analyte, range, comparator, isUnitSaid: unit !== null }),
  }
}

const RANGE_WINDOW = 60
const SPECIMEN_WINDOW = 60

/** The specimen in the name itself, else named before it in the same sentence or line. */
function specimenOf(text: string, entity: Entity): Specimen {
  if (entity.type === 'vital') return 'none'
  const before =
    text
      .slice(Math.max(0, entity.start - SPECIMEN_WINDOW), entity.start)
      .split(/[.;\n]/)
      .at(-1) ?? ''
  const after = /^ (?:in|of) (?:the )?(\w+)/.exec(text.slice(entity.end, entity.end + 20))?.[1] ?? ''
  for (const source of [entity.text, before, after])
    for (const [specimen, pattern] of SPECIMENS) if (pattern.test(source)) return specimen
  return 'blood'
}

interface Judged {
  readonly number: number
  readonly inCanonical: number | undefined
  readonly analyte: Analyte | undefined
  readonly range: Fact['range']
  readonly comparator: Fact['comparator']
  readonly isUnitSaid: boolean
}

/** "<0.01" is judged by what it excludes: below an upper limit it is not above it. */
function judgementOf({ number, inCanonical, analyte, range, comparator, isUnitSaid }: Judged): Fact['judgement'] {
  const below = comparator === '<' || comparator === '<='
  const above = comparator === '>' || comparator === '>='
  if (analyte && inCanonical !== undefined) {
    if (!isPlausible(analyte, inCanonical) && comparator === undefined) return 'implausible'
    const [low, high] = analyte.critical
    if ((!below && inCanonical > high) || (!above && inCanonical < low && !(below && low === -Infinity)))
      return 'critical'
  }
  if (analyte && inCanonical === undefined && !isUnitSaid) return 'implausible'
  if (range === null) return null
  if (number < range.low && !above) return 'low'
  return number > range.high && !below ? 'high' : 'normal'
}
