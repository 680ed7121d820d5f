import type { Entity } from '../entities/types.ts'
import { readEntities } from '../entities/read.ts'
import { readTable } from '../vocabulary/table.ts'
import { termKey } from '../vocabulary/term-key.ts'

export type Urgency = 'emergency' | 'urgent' | 'soon'

export interface RedFlag {
  readonly urgency: Urgency
  /** `red-flag/chest-pain` … */
  readonly rule: string
  readonly text: string
  readonly start: number
  readonly end: number
  readonly reason: string
  readonly source: string
}

export interface Screening {
  /** The gravest urgency found; null when no flag stands. Not a diagnosis, and null is no all-clear. */
  readonly urgency: Urgency | null
  readonly flags: readonly RedFlag[]
}

/** Without an age an adult is assumed. */
const ADULT = 40

export interface ScreeningContext {
  readonly ageYears?: number
  readonly isPregnant?: boolean
}

type Row = {
  readonly id: string
  readonly term: string
  readonly urgency: string
  readonly when: string
  readonly reason: string
  readonly source: string
}

const URGENCIES: readonly Urgency[] = ['emergency', 'urgent', 'soon']
let shared: ReadonlyMap<string, readonly Row[]> | undefined

function flagRows(): ReadonlyMap<string, readonly Row[]> {
  if (shared) return shared
  const rows = readTable('safety/red_flags.tsv', {
    id: {},
    term: {},
    urgency: { values: URGENCIES },
    when: { optional: true, pattern: /^(?:pregnant|age[<>]=?\d+(?:\.\d+)?)$/ },
    reason: {},
    source: {},
  })
  const byTerm = new Map<string, Row[]>()
  for (const row of rows) byTerm.set(termKey(row.term), [...(byTerm.get(termKey(row.term)) ?? []), row])
  return (shared = byTerm)
}

/**
 * Screens a text for symptoms that cannot wait. Works on entities, so "no chest pain", "my father had a stroke" and
 * "heatstroke" raise nothing for stroke or chest pain; possible findings do, since a doubt is to be cleared at once.
 */
export function screenForRedFlags(text: string, context: ScreeningContext = {}): Screening {
  const flags = readEntities(text).flatMap((entity) => flagsOf(entity, text, context))
  const urgency = URGENCIES.find((one) => flags.some((flag) => flag.urgency === one)) ?? null
  return {
    urgency,
    flags: flags.toSorted((a, b) => URGENCIES.indexOf(a.urgency) - URGENCIES.indexOf(b.urgency) || a.start - b.start),
  }
}

const COUNTED: ReadonlySet<Entity['assertion']> = new Set<Entity['assertion']>(['present', 'possible'])

function flagsOf(entity: Entity, text: string, context: ScreeningContext): RedFlag[] {
  return COUNTED.has(entity.assertion) ? redFlagsOf(entity, text, context) : []
}

/** The red flags of a symptom or condition, whoever has it and whether or not it is there. */
export function redFlagsOf(entity: Entity, text: string, context: ScreeningContext): RedFlag[] {
  if (entity.type !== 'symptom' && entity.type !== 'condition') return []
  const key = termKey(entity.text)
  const before =
    termKey(text.slice(Math.max(0, entity.start - 24), entity.start))
      .split(' ')
      .at(-1) ?? ''
  const rows = flagRows().get(`${before} ${key}`) ?? flagRows().get(key) ?? flagRows().get(withoutSeverity(key)) ?? []
  return rows
    .filter((row, i) => holds(row.when, context) && rows.findIndex((other) => other.id === row.id) === i)
    .map((row) => ({
      urgency: row.urgency as Urgency,
      rule: `red-flag/${row.id}`,
      text: entity.text,
      start: entity.start,
      end: entity.end,
      reason: row.reason,
      source: row.source,
    }))
}

function withoutSeverity(key: string): string {
  return key.replace(/^(?:severe|acute|sudden|crushing|new|worsening|left|right|central) /, '')
}

function holds(when: string, { ageYears, isPregnant }: ScreeningContext): boolean {
  if (when === '') return true
  if (when === 'pregnant') return isPregnant === true
  const [, sign = '', bound = ''] = /^age([<>]=?)([\d.]+)$/.exec(when) ?? []
  const limit = Number(bound)
  const age = ageYears ?? ADULT
  return sign === '<' ? age < limit : sign === '<=' ? age <= limit : sign === '>' ? age > limit : age >= limit
}
