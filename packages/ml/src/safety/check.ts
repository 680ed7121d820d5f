import { type Resolved, conditionGroups, resolveDrug } from './resolve.ts'
import { findAllergies, findCautions, findDuplicates, findInteractions, findOverdoses } from './rules.ts'
import { type NotJudged, type Patient, type SafetyFinding, SEVERITIES } from './types.ts'

export interface SafetyCheck {
  /** False when anything critical was found. True is no promise: read `notJudged` beside it. */
  readonly isSafeToPrescribe: boolean
  /** The gravest first. */
  readonly findings: readonly SafetyFinding[]
  readonly notJudged: readonly NotJudged[]
  /** What each medication was taken for. */
  readonly resolved: readonly { readonly text: string; readonly ingredients: readonly string[] }[]
}

const NO_ALLERGY =
  /^\s*(?:nk(?:d?a)|none(?: known)?|nil|no(?: known)?(?: drug| medication| medicine)?(?: allergies)?|no known (?:drug )?allergies)\.?\s*$/i

/**
 * Checks a list of medications against each other, the allergies, the conditions, pregnancy, breastfeeding and the daily
 * maximum. Names are resolved through brands, salts, synonyms and doses, classes on both sides of a rule. Decision
 * support for a prescriber who knows the patient; never a release.
 */
export function checkMedications(patient: Patient): SafetyCheck {
  const drugs = patient.medications.map(resolveDrug)
  const listed = (patient.allergies ?? [])
    .flatMap((line) => line.split(/[,;/\n]|\band\b/i))
    .filter((text) => text.trim() !== '' && !NO_ALLERGY.test(text))
  const allergies = listed.map((text) => resolveDrug(text.trim()))
  const perCondition = (patient.conditions ?? []).map((text) => ({ text, groups: conditionGroups(text) }))
  const conditions = new Set(perCondition.flatMap(({ groups }) => [...groups]))
  if (patient.isPregnant) conditions.add('pregnancy')
  if (patient.isBreastfeeding) conditions.add('breastfeeding')
  const doses = findOverdoses(drugs)
  const findings = [
    ...findInteractions(drugs),
    ...findAllergies(drugs, allergies),
    ...findDuplicates(drugs),
    ...findCautions(drugs, conditions),
    ...doses.findings,
  ].toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
  const notJudged: NotJudged[] = [
    ...unknown('medications', drugs),
    ...unknown('allergies', allergies),
    ...perCondition
      .filter(({ groups }) => groups.size === 0)
      .map(({ text }): NotJudged => ({ field: 'conditions', text, reason: 'unknown name' })),
    ...doses.notJudged,
  ]
  return {
    isSafeToPrescribe: !findings.some((finding) => finding.severity === 'critical'),
    findings,
    notJudged,
    resolved: drugs.map(({ text, ingredients }) => ({ text, ingredients })),
  }
}

function unknown(field: 'medications' | 'allergies', drugs: readonly Resolved[]): NotJudged[] {
  return drugs.flatMap(({ text, ingredients, classes }): NotJudged[] => {
    if (ingredients.length > 0) return []
    if (classes.size === 0) return [{ field, text, reason: 'unknown name' }]
    return field === 'medications' ? [{ field, text, reason: 'class alone' }] : []
  })
}
