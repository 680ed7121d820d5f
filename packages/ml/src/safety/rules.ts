import { milligramsADay, timesADay } from './daily-dose.ts'
import { parseSig } from '../sig/parse.ts'
import { type Resolved, fits } from './resolve.ts'
import { cautionRows, crossReactionRows, interactionRows, maximumDoses } from './tables.ts'
import type { NotJudged, SafetyFinding } from './types.ts'

/** Every interaction rule on every pair, both ways round; a combination can interact within itself. */
export function findInteractions(drugs: readonly Resolved[]): SafetyFinding[] {
  return interactionRows().flatMap((rule) =>
    pairs(drugs).flatMap(([one, two]): SafetyFinding[] => {
      const meets = (fits(rule.a, one) && fits(rule.b, two)) || (fits(rule.a, two) && fits(rule.b, one))
      // One ingredient in two entries (aspirin twice) is a duplicate, not an interaction with itself.
      if (!meets || sameIngredients(one, two)) return []
      const { severity, effect, mechanism, advice, alternatives, source } = rule
      return [
        {
          kind: 'interaction',
          severity,
          rule: `interaction/${rule.id}`,
          medications: [one.text, two.text],
          effect,
          mechanism,
          advice,
          alternatives,
          source,
        } as SafetyFinding,
      ]
    }),
  )
}

function sameIngredients(one: Resolved, two: Resolved): boolean {
  return (
    one.ingredients.length > 0 &&
    one.ingredients.every((name) => two.ingredients.includes(name)) &&
    two.ingredients.every((name) => one.ingredients.includes(name))
  )
}

/** A listed ingredient is critical; a member of a class that reacts with it is high. */
export function findAllergies(drugs: readonly Resolved[], allergies: readonly Resolved[]): SafetyFinding[] {
  return drugs.flatMap((drug) =>
    allergies.flatMap((allergy): SafetyFinding[] => {
      const shared = drug.ingredients.find((name) => allergy.ingredients.includes(name))
      const named =
        allergy.ingredients.length === 0 ? [...allergy.classes].find((name) => drug.classes.has(name)) : undefined
      const base = { medications: [drug.text], mechanism: '', alternatives: '' }
      if (shared !== undefined || named !== undefined)
        return [
          {
            ...base,
            kind: 'allergy',
            severity: 'critical',
            rule: 'allergy/direct',
            effect: `listed allergy: ${allergy.text}`,
            advice: 'do not give; ask for the reaction',
            source: 'patient record',
          },
        ]
      const cross = crossReactionRows().find((row) => allergy.classes.has(row.allergy) && drug.classes.has(row.class))
      if (!cross) return []
      return [
        {
          ...base,
          kind: 'cross-reaction',
          severity: 'high',
          rule: `allergy/${cross.allergy}-${cross.class}`,
          effect: `may react with the listed allergy: ${allergy.text}`,
          mechanism: cross.reason,
          advice: 'ask for the kind of reaction before giving',
          source: cross.source,
        },
      ]
    }),
  )
}

/** Classes of which two at once are one too many. */
const ONCE = [
  'nsaids',
  'ssris',
  'ace_inhibitors',
  'arbs',
  'beta_blockers',
  'statins',
  'proton_pump_inhibitors',
  'benzodiazepines',
  'opioids',
  'sulfonylureas',
  'anticoagulants',
  'tricyclics',
  'thiazides',
  'loop_diuretics',
  'h2_blockers',
  'triptans',
] as const

export function findDuplicates(drugs: readonly Resolved[]): SafetyFinding[] {
  return pairs(drugs).flatMap(([one, two]): SafetyFinding[] => {
    const medications = [one.text, two.text]
    const base = {
      kind: 'duplicate',
      medications,
      mechanism: '',
      alternatives: '',
      source: 'duplicate therapy',
    } as const
    const ingredient = one.ingredients.find((name) => two.ingredients.includes(name))
    if (ingredient !== undefined)
      return [
        {
          ...base,
          severity: 'high',
          rule: 'duplicate/ingredient',
          effect: `${ingredient} twice`,
          advice: 'check that both are meant; add up the dose',
        },
      ]
    const group = ONCE.find((name) => one.classes.has(name) && two.classes.has(name))
    return group === undefined
      ? []
      : [
          {
            ...base,
            severity: 'moderate',
            rule: `duplicate/${group}`,
            effect: `two ${group.replaceAll('_', ' ')}`,
            advice: 'check that both are meant',
          },
        ]
  })
}

export function findCautions(drugs: readonly Resolved[], conditions: ReadonlySet<string>): SafetyFinding[] {
  return cautionRows().flatMap((rule) =>
    drugs.flatMap((drug): SafetyFinding[] =>
      conditions.has(rule.condition) && fits(rule.drug, drug)
        ? [
            {
              kind: 'condition',
              severity: rule.severity as SafetyFinding['severity'],
              rule: `condition/${rule.condition}-${rule.drug.replace('@', '')}`,
              medications: [drug.text],
              effect: rule.effect,
              mechanism: rule.condition.replaceAll('_', ' '),
              advice: rule.advice,
              alternatives: '',
              source: rule.source,
            },
          ]
        : [],
    ),
  )
}

/** Adds up each ingredient over all entries against its daily maximum; what has no amount is told as not judged. */
export function findOverdoses(drugs: readonly Resolved[]): {
  readonly findings: SafetyFinding[]
  readonly notJudged: NotJudged[]
} {
  const notJudged: NotJudged[] = []
  const totals = new Map<string, { milligrams: number; texts: string[] }>()
  const findings: SafetyFinding[] = []
  for (const drug of drugs) {
    const limited = drug.ingredients.filter((name) => maximumDoses().has(name))
    if (limited.length === 0) continue
    for (const name of limited)
      if (maximumDoses().get(name)?.weekly === 'weekly') findings.push(...weeklyOnly(name, drug))
    const milligrams = milligramsADay(drug.text)
    if (drug.ingredients.length > 1)
      notJudged.push({ field: 'dose', text: drug.text, reason: 'strength of a combination' })
    else if (milligrams === undefined) notJudged.push({ field: 'dose', text: drug.text, reason: 'no amount a day' })
    else {
      const name = limited[0] ?? ''
      const total = totals.get(name) ?? { milligrams: 0, texts: [] }
      totals.set(name, { milligrams: total.milligrams + milligrams, texts: [...total.texts, drug.text] })
    }
  }
  for (const [name, { milligrams, texts }] of totals) {
    const row = maximumDoses().get(name)
    const most = Number(row?.mg_per_day)
    if (!row || row.mg_per_day === '' || milligrams <= most) continue
    findings.push({
      kind: 'dose',
      severity: milligrams >= most * 1.5 ? 'critical' : 'high',
      rule: `dose/${name}`,
      medications: texts,
      effect: `${milligrams} mg ${name} a day; the adult maximum is ${most} mg`,
      mechanism: '',
      advice: 'lower the dose or say why',
      alternatives: '',
      source: row.source,
    })
  }
  return { findings, notJudged }
}

function weeklyOnly(name: string, drug: Resolved): SafetyFinding[] {
  const times = timesADay(parseSig(drug.text).frequency)
  if (times === undefined || times < 0.5) return []
  return [
    {
      kind: 'dose',
      severity: 'critical',
      rule: `dose/${name}-daily`,
      medications: [drug.text],
      effect: `${name} more often than once a week`,
      mechanism: '',
      advice: 'confirm the interval: daily dosing has been fatal',
      alternatives: '',
      source: maximumDoses().get(name)?.source ?? '',
    },
  ]
}

function pairs(drugs: readonly Resolved[]): [Resolved, Resolved][] {
  return drugs.flatMap((one, i) => drugs.slice(i + 1).map((two): [Resolved, Resolved] => [one, two]))
}
