import type { Actor, StaffRole } from './actor.ts'

/**
 * What somebody's data are wanted for. A request states one (`X-Purpose`), directives of patients name one, and every
 * audit entry holds the one it was made for.
 */
export const purposes = [
  'own',
  'treatment',
  'care-coordination',
  'quality',
  'administration',
  'billing',
  'export',
  'research',
  'ai-assistance',
] as const
export type Purpose = (typeof purposes)[number]

/** What a directive can speak of: a patient's own reading is nobody's to permit. */
export const directivePurposes = purposes.filter((purpose) => purpose !== 'own')
export type DirectivePurpose = Exclude<Purpose, 'own'>

/**
 * What holds when a patient has said nothing of a purpose. `as-treatment`: whoever is kept from treating a patient does
 * not get at the record by calling it coordination.
 */
export const purposeDefaults: Readonly<Record<DirectivePurpose, 'permit' | 'deny' | 'as-treatment'>> = {
  treatment: 'permit',
  'care-coordination': 'as-treatment',
  quality: 'as-treatment',
  export: 'as-treatment',
  administration: 'permit',
  billing: 'permit',
  research: 'deny',
  'ai-assistance': 'deny',
}

const clinical: readonly Purpose[] = [
  'treatment',
  'care-coordination',
  'quality',
  'export',
  'research',
  'ai-assistance',
]

/** The purposes a role can have at all; the first is meant when a request states none. */
const purposesOfRole: Readonly<Record<StaffRole, readonly Purpose[]>> = {
  hospital_admin: [...clinical, 'administration', 'billing'],
  doctor: clinical,
  nurse: clinical,
  viewer: ['treatment', 'care-coordination', 'quality', 'research'],
  front_desk: ['treatment', 'care-coordination', 'administration', 'billing'],
  pharmacist: ['treatment'],
  lab_technician: ['treatment'],
  gateway: ['treatment'],
}
const purposesOfPatient: readonly Purpose[] = ['own', 'export', 'ai-assistance']

export function isPurpose(text: string): text is Purpose {
  return purposes.some((purpose) => purpose === text)
}

/** The purposes open to whoever acts, the usual one first; none for who acts in no capacity. */
export function purposesOf(actor: Actor): readonly Purpose[] {
  if (actor.kind !== 'user') return []
  switch (actor.capacity?.as) {
    case 'staff':
      return purposesOfRole[actor.capacity.role]
    case 'patient':
      return purposesOfPatient
    default:
      return []
  }
}

/** What a request is for: as it says, else the usual of its capacity; null outside any capacity. */
export function purposeOf({ actor, purpose }: { actor: Actor; purpose?: Purpose | undefined }): Purpose | null {
  const [usual] = purposesOf(actor)
  return usual === undefined ? null : (purpose ?? usual)
}
