// Trains the passage classifiers of packages/ml/models: the section of a passage, and the kind of text. Deterministic.
//
//   node packages/ml/training/train-classifiers.ts [--folds N]
//
// With --folds N it writes nothing and prints the accuracy by N-fold cross-validation.

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { passageFeatures, registerFeatures } from '../src/classifier/features.ts'
import { packModel } from '../src/tagger/model.ts'
import { splitSentences } from '../src/text/index.ts'
import { readCorpus, readRows } from './corpora.ts'
import { type Passage, learnLinear, predict, quantiseLinear } from './linear.ts'

interface Task {
  readonly name: string
  /** Passages that count in cross-validation, and others that only help. */
  readonly judged: readonly Passage[]
  readonly helping: readonly Passage[]
  /** Features of fewer passages are left out. */
  readonly minimum: number
}

const ACI_LABELS: Readonly<Record<string, string>> = {
  'CHIEF COMPLAINT': 'CC',
  'HISTORY OF PRESENT ILLNESS': 'GENHX',
  'REVIEW OF SYSTEMS': 'ROS',
  'PHYSICAL EXAMINATION': 'EXAM',
  'PHYSICAL EXAM': 'EXAM',
  RESULTS: 'LABS',
  ASSESSMENT: 'ASSESSMENT',
  IMPRESSION: 'ASSESSMENT',
  PLAN: 'PLAN',
  'SOCIAL HISTORY': 'FAM/SOCHX',
  'FAMILY HISTORY': 'FAM/SOCHX',
  ALLERGIES: 'ALLERGY',
  'CURRENT MEDICATIONS': 'MEDICATIONS',
  MEDICATIONS: 'MEDICATIONS',
  'MEDICAL HISTORY': 'PASTMEDICALHX',
  'PAST MEDICAL HISTORY': 'PASTMEDICALHX',
  'SURGICAL HISTORY': 'PASTSURGICAL',
  'PAST SURGICAL HISTORY': 'PASTSURGICAL',
  PROCEDURE: 'PROCEDURES',
  VITALS: 'EXAM',
}
/** ACI-Bench passages of one label that are used at most, and what one of them weighs; both by cross-validation. */
const ACI_MOST = 25
const ACI_WEIGHT = 0.15

const passage = (text: string, label: string, weight = 1): Passage => ({
  features: [...passageFeatures(text)],
  label,
  weight,
})
const opening = (text: string, label: string): Passage => ({ features: [...registerFeatures(text)], label, weight: 1 })

function sectionTask(): Task {
  const judged = readRows<{ note: string; section: string }>('mts-dialog').map((row) => passage(row.note, row.section))
  const counts = new Map<string, number>()
  const helping = readRows<{ note: string; sections: { header: string; start: number; end: number }[] }>(
    'aci-bench',
  ).flatMap(({ note, sections }) =>
    sections.flatMap(({ header, start, end }) => {
      const label = ACI_LABELS[header]
      const text = note.slice(start, end).replace(header, '').trim()
      if (label === undefined || text === '') return []
      const count = (counts.get(label) ?? 0) + 1
      counts.set(label, count)
      return count > ACI_MOST ? [] : [passage(text, label, ACI_WEIGHT)]
    }),
  )
  return { name: 'sections', judged, helping, minimum: 1 }
}

/** Notes, case reports, research abstracts: whole texts and single sentences, so that both are known. */
function registerTask(): Task {
  const sentences = (text: string, every: number): string[] =>
    splitSentences(text)
      .filter((_, i) => i % every === 0)
      .map((one) => text.slice(one.start, one.end))
  const notes = [
    ...readRows<{ note: string }>('mts-dialog').map((row) => row.note),
    ...readRows<{ note: string }>('aci-bench').flatMap((row) => [row.note, ...sentences(row.note, 8)]),
    ...readRows<{ note: string }>('primock57').flatMap((row) => [row.note, ...sentences(row.note, 3)]),
    ...readCorpus('dictation-challenge').map((row) => row.text),
  ]
  const reports = readCorpus('maccrobat').flatMap((row) => [row.text, ...sentences(row.text, 3)])
  const abstracts = [
    ...readCorpus('bc5cdr')
      .filter((_, i) => i % 2 === 0)
      .map((row) => row.text),
    ...readCorpus('ncbi-disease').map((row) => row.text),
  ]
  const judged = [
    ...notes.map((text) => opening(text, 'note')),
    ...reports.map((text) => opening(text, 'report')),
    ...abstracts.map((text) => opening(text, 'abstract')),
  ]
  return { name: 'register', judged, helping: [], minimum: 4 }
}

const folds = Number(process.argv[process.argv.indexOf('--folds') + 1] ?? 0) || 0
for (const { name, judged, helping, minimum } of [sectionTask(), registerTask()]) {
  if (folds > 1) {
    let right = 0
    for (let fold = 0; fold < folds; fold++) {
      const model = learnLinear([...judged.filter((_, i) => i % folds !== fold), ...helping], minimum)
      right += judged.filter((one, i) => i % folds === fold && predict(model, one) === one.label).length
    }
    process.stdout.write(
      `${name}: accuracy ${((100 * right) / judged.length).toFixed(1)} of ${judged.length}, ${folds} folds\n`,
    )
  } else {
    const packed = packModel(quantiseLinear(learnLinear([...judged, ...helping], minimum)))
    writeFileSync(fileURLToPath(new URL(`../models/${name}.bin`, import.meta.url)), packed)
    process.stdout.write(`${name}: ${judged.length + helping.length} passages, ${packed.length} bytes\n`)
  }
}
