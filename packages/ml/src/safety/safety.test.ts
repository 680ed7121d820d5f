import { describe, expect, test } from 'vitest'
import { checkMedications } from './index.ts'
import { classesOf, interactionRows } from './tables.ts'
import { resolveDrug } from './resolve.ts'

const rulesFor = (...medications: string[]): string[] =>
  checkMedications({ medications }).findings.map((finding) => finding.rule)

describe('interactions', () => {
  test('spec 10.4: a dose and a schedule in the name hide nothing (warfarin 5 mg OD)', () => {
    expect(rulesFor('warfarin 5 mg OD', 'Aspirin 81 mg daily')).toContain('interaction/warfarin-aspirin')
  })
  test('spec 10.4: class against class, sertraline with phenelzine is critical', () => {
    const check = checkMedications({ medications: ['sertraline', 'phenelzine'] })
    expect(check.findings[0]).toMatchObject({ rule: 'interaction/ssri-maoi', severity: 'critical' })
    expect(check.isSafeToPrescribe).toBe(false)
  })
  test('spec 10.4: lithium with lisinopril is found, under salts and brands as well', () => {
    expect(rulesFor('lithium', 'lisinopril')).toContain('interaction/lithium-ace')
    expect(rulesFor('lithium carbonate 300 mg bid', 'Zestril 10 mg daily')).toContain('interaction/lithium-ace')
  })
  test('spec 10.4: every class a rule names exists, so no rule is dead', () => {
    for (const rule of interactionRows())
      for (const side of [rule.a, rule.b]) expect(resolvable(side), `${rule.id}: ${side}`).toBe(true)
  })
  test.each([
    ['warfarin', 'naproxen', 'warfarin-nsaids'],
    ['warfarin', 'ibuprofen', 'warfarin-nsaids'],
    ['warfarin', 'vitamin K', 'warfarin-vitamin-k'],
    ['Coumadin', 'Diflucan', 'warfarin-fluconazole'],
    ['Flagyl', 'alcohol', 'metronidazole-alcohol'],
    ['metformin', 'alcohol', 'metformin-alcohol'],
    ['ciprofloxacin', 'antacids', 'ciprofloxacin-antacids'],
    ['Cipro', 'theophylline', 'ciprofloxacin-theophylline'],
    ['tetracycline', 'calcium carbonate', 'tetracycline-calcium'],
    ['doxycycline', 'ferrous sulfate', 'tetracycline-iron'],
    ['tetracycline', 'Tums', 'tetracycline-antacids'],
    ['Synthroid', 'calcium carbonate', 'levothyroxine-calcium'],
    ['levothyroxine', 'iron', 'levothyroxine-iron'],
    ['metformin', 'iohexol', 'metformin-contrast'],
    ['glipizide', 'fluconazole', 'sulfonylurea-fluconazole'],
    ['Lantus', 'metoprolol', 'insulin-beta-blockers'],
    ['digoxin', 'amiodarone', 'digoxin-amiodarone'],
    ['digoxin', 'verapamil', 'digoxin-verapamil'],
    ['atenolol', 'verapamil', 'beta-blocker-verapamil'],
    ['lisinopril', 'potassium chloride', 'ace-potassium'],
    ['lisinopril', 'spironolactone', 'ace-potassium-sparing'],
    ['amlodipine', 'simvastatin', 'amlodipine-simvastatin'],
    ['ketoconazole', 'Zocor', 'cyp3a4-statin'],
    ['tramadol', 'fluoxetine', 'tramadol-ssri'],
    ['tramadol', 'tranylcypromine', 'tramadol-maoi'],
    ['codeine', 'paroxetine', 'codeine-paroxetine'],
    ['lithium', 'ibuprofen', 'lithium-nsaids'],
    ['omeprazole', 'clopidogrel', 'omeprazole-clopidogrel'],
    ['omeprazole', 'methotrexate', 'ppi-methotrexate'],
  ])('%s with %s: %s, both ways round', (one, two, rule) => {
    expect(rulesFor(one, two)).toContain(`interaction/${rule}`)
    expect(rulesFor(two, one)).toContain(`interaction/${rule}`)
  })
  test('spec 10.4: the gravest comes first', () => {
    const severities = checkMedications({
      medications: ['warfarin', 'ibuprofen', 'amlodipine', 'simvastatin', 'lisinopril'],
    }).findings.map((finding) => finding.severity)
    expect(severities[0]).toBe('critical')
    expect(severities).toEqual(
      severities.toSorted(
        (a, b) =>
          ['critical', 'high', 'moderate', 'low'].indexOf(a) - ['critical', 'high', 'moderate', 'low'].indexOf(b),
      ),
    )
  })
})

describe('allergies', () => {
  const allergic = (medication: string, ...allergies: string[]): string[] =>
    checkMedications({ medications: [medication], allergies }).findings.map(
      (finding) => `${finding.severity} ${finding.rule}`,
    )
  test('spec 10.4: "penicillins" and an amoxicillin allergy warn of other beta-lactams', () => {
    expect(allergic('cephalexin 500 mg', 'penicillins')).toContain('high allergy/penicillins-cephalosporins')
    expect(allergic('cephalexin 500 mg', 'amoxicillin (rash)')).toContain('high allergy/penicillins-cephalosporins')
    expect(allergic('ampicillin', 'penicillins')).toContain('critical allergy/direct')
  })
  test('several allergies in one line, in any punctuation', () => {
    expect(allergic('Bactrim', 'latex; sulfa and eggs')).toContain('critical allergy/direct')
  })
  test('a brand with an ingredient its source lacks', () => {
    expect(allergic('Augmentin', 'amoxicillin')).toContain('critical allergy/direct')
    expect(resolveDrug('Percocet').ingredients).toContain('acetaminophen')
  })
  test('no known drug allergies is no allergy and not unknown', () => {
    const check = checkMedications({ medications: ['amoxicillin'], allergies: ['NKDA', 'No known allergies'] })
    expect(check).toMatchObject({ findings: [], isSafeToPrescribe: true })
    expect(check.notJudged.filter((one) => one.field === 'allergies')).toEqual([])
  })
})

test('spec 10.4: conditions match in words of their own, not by an exact key, and not when denied', () => {
  const rules = (...conditions: string[]): string[] =>
    checkMedications({ medications: ['ibuprofen'], conditions }).findings.map((finding) => finding.rule)
  expect(rules('CKD stage 4')).toContain('condition/renal_failure-nsaids')
  expect(rules('history of congestive heart failure (EF 30 %)')).toContain('condition/heart_failure-nsaids')
  expect(rules('no kidney disease')).toEqual([])
})

test('pregnancy and breastfeeding', () => {
  expect(checkMedications({ medications: ['lisinopril 10 mg daily'], isPregnant: true })).toMatchObject({
    isSafeToPrescribe: false,
  })
  expect(checkMedications({ medications: ['codeine 30 mg q6h'], isBreastfeeding: true }).findings[0]?.rule).toBe(
    'condition/breastfeeding-codeine',
  )
})

test('one ingredient under two names adds up to a daily dose', () => {
  const check = checkMedications({
    medications: ['Tylenol 1000 mg every 8 hours', 'paracetamol 500 mg four times daily'],
  })
  expect(check.findings.map((finding) => finding.rule)).toEqual(
    expect.arrayContaining(['dose/acetaminophen', 'duplicate/ingredient']),
  )
})

test('methotrexate every day is critical, once a week is not', () => {
  expect(rulesFor('methotrexate 10 mg daily')).toContain('dose/methotrexate-daily')
  expect(rulesFor('methotrexate 10 mg weekly')).toEqual([])
})

test('what could not be judged is told', () => {
  expect(
    checkMedications({
      medications: ['Blargazol 10 mg', 'Percocet 5/325 q6h'],
      allergies: ['stuff'],
      conditions: ['odd feeling'],
    }).notJudged,
  ).toEqual([
    { field: 'medications', text: 'Blargazol 10 mg', reason: 'unknown name' },
    { field: 'allergies', text: 'stuff', reason: 'unknown name' },
    { field: 'conditions', text: 'odd feeling', reason: 'unknown name' },
    { field: 'dose', text: 'Percocet 5/325 q6h', reason: 'strength of a combination' },
  ])
})

/** A class with members, or an ingredient of the vocabulary. */
function resolvable(side: string): boolean {
  if (!side.startsWith('@')) return resolveDrug(side).ingredients.includes(side)
  return [...classesOf().values()].some((classes) => classes.has(side.slice(1)))
}
