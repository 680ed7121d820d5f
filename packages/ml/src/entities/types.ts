import type { Evidence } from '../assertion/assess.ts'
import type { SectionKind } from '../sections/headings.ts'

const ENTITY_TYPES = [
  'medication',
  'dosage',
  'route',
  'frequency',
  'duration',
  'condition',
  'symptom',
  'procedure',
  'anatomy',
  'test',
  'vital',
  'value',
  'allergy',
] as const
export type EntityType = (typeof ENTITY_TYPES)[number]
export type Status = 'present' | 'absent' | 'possible' | 'hypothetical' | 'historical' | 'family'

/** A code is a suggestion for a person to confirm; an ambiguous name has none. */
export interface CodeSuggestion {
  readonly system: 'RxNorm' | 'ICD-10-CM' | 'LOINC'
  readonly code: string
  readonly display: string
  readonly source: string
}

export interface Entity {
  readonly type: EntityType
  /** Always `text.slice(start, end)` of the text that was read; UTF-16 offsets. */
  readonly text: string
  readonly start: number
  readonly end: number
  readonly section: SectionKind | null
  /** For medication, condition, symptom, procedure and allergy. */
  readonly assertion?: Status
  /** Words and rules that decided the assertion; empty when nothing spoke against "present". */
  readonly evidence?: readonly Evidence[]
  /** Of a medication or a measured name: what belongs to it, by index into the list of entities. */
  readonly parts?: readonly number[]
  readonly attributes?: MedicationAttributes | MeasuredValue
  readonly codes: readonly CodeSuggestion[]
  /** What found it: a vocabulary, a grammar or the tagger. */
  readonly rule: string
  /** 0 to 1. An estimate from the kind of evidence, not a probability of being right. */
  readonly confidence: number
}

export interface MedicationAttributes {
  readonly kind: 'medication'
  readonly dose: { readonly low: number; readonly high?: number; readonly unit: string; readonly ucum: string } | null
  readonly route: string | null
  readonly frequency: string | null
  readonly duration: string | null
  readonly asNeeded: boolean
}

export interface MeasuredValue {
  readonly kind: 'measurement'
  readonly value: number
  /** The second number of a blood pressure. */
  readonly second?: number
  readonly comparator?: '<' | '<=' | '>' | '>='
  /** Unit as UCUM; null when none was said. */
  readonly unit: string | null
}

/** What one reader proposes in a sentence, before overlaps are settled. Token positions, `to` exclusive. */
export interface Proposal {
  readonly type: EntityType
  readonly from: number
  readonly to: number
  readonly rule: string
  readonly confidence: number
  readonly codes?: readonly CodeSuggestion[]
  readonly attributes?: MedicationAttributes | MeasuredValue
}
