import { tokenise } from '../text/index.ts'
import { readTable } from '../vocabulary/table.ts'

const SECTION_KINDS = [
  'chief_complaint',
  'history_of_present_illness',
  'past_medical_history',
  'past_surgical_history',
  'family_history',
  'social_history',
  'gynecologic_history',
  'medications',
  'allergies',
  'immunizations',
  'review_of_systems',
  'vital_signs',
  'physical_exam',
  'results',
  'assessment',
  'assessment_and_plan',
  'plan',
  'instructions',
  'procedures',
  'hospital_course',
] as const
export type SectionKind = (typeof SECTION_KINDS)[number]

export const LONGEST_HEADING = 7

let shared: ReadonlyMap<string, SectionKind> | undefined

/** Headings by their token keys, read once. */
export function headings(): ReadonlyMap<string, SectionKind> {
  shared ??= new Map(
    readTable('sections.tsv', { heading: {}, section: { values: SECTION_KINDS } }).map((row) => [
      tokenise(row.heading)
        .map((token) => token.key)
        .join(' '),
      row.section as SectionKind,
    ]),
  )
  return shared
}

/** Whether a word names a section of a note, however it is written (`Past Medical History`, `past_medical_history`). */
export function sectionKind(name: string): SectionKind | undefined {
  const plain = name.trim().toLowerCase().replaceAll('_', ' ')
  const kind = SECTION_KINDS.find((one) => one.replaceAll('_', ' ') === plain)
  return (
    kind ??
    headings().get(
      tokenise(plain)
        .map((token) => token.key)
        .join(' '),
    )
  )
}
