import type { Axes } from '../assertion/assess.ts'
import type { SectionKind } from '../sections/headings.ts'
import type { EntityType, Status } from './types.ts'

/** Types that are or are not the case; the others (an anatomy, a dose) only stand there. */
export const ASSERTED: ReadonlySet<EntityType> = new Set<EntityType>([
  'symptom',
  'condition',
  'medication',
  'procedure',
  'allergy',
])

/** What a section says of an entity for which the sentence itself says nothing. */
const SECTION_STATUS: Readonly<Partial<Record<SectionKind, Partial<Record<EntityType, Status>>>>> = {
  past_medical_history: { condition: 'historical', symptom: 'historical', procedure: 'historical' },
  past_surgical_history: { condition: 'historical', procedure: 'historical' },
  gynecologic_history: { condition: 'historical', procedure: 'historical' },
  family_history: { condition: 'family', symptom: 'family', procedure: 'family' },
}
const PATIENT_WORDS = new Set(['patient', 'he', 'she', 'own', 'i'])

/** One label from the axes of ConText and the section, the graver doubt first: another person, then absence. */
export function statusOf(options: {
  axes: Axes
  type: EntityType
  section: SectionKind | null
  keysBefore: readonly string[]
}): Status {
  const { axes, type, section, keysBefore } = options
  const bySection = section === null ? undefined : SECTION_STATUS[section]?.[type]
  const isPatient = keysBefore.some((key) => PATIENT_WORDS.has(key))
  if (axes.experiencer === 'other' || (bySection === 'family' && !isPatient))
    return axes.negation === 'negated' ? 'absent' : 'family'
  if (axes.negation === 'negated') return 'absent'
  if (axes.temporality === 'hypothetical') return 'hypothetical'
  if (axes.negation === 'possible') return 'possible'
  if (axes.temporality === 'historical') return 'historical'
  return bySection === 'historical' ? 'historical' : 'present'
}
