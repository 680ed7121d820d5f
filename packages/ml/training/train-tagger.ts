// Trains the taggers of packages/ml/models from openly licensed corpora. Deterministic; about two minutes.
//
//   node packages/ml/training/train-tagger.ts [--fold K/N]
//
// With --fold K/N the texts whose number modulo N is K are left out and nothing but their scores is changed: the model
// goes to models/NAME.fold.bin for cross-validation (see evaluate.ts).

import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { EntityType } from '../src/entities/types.ts'
import { packModel } from '../src/tagger/model.ts'
import { labelCount } from '../src/tagger/labels.ts'
import { readCorpus } from './corpora.ts'
import { examplesOf } from './examples.ts'
import { learn } from './learn.ts'
import { quantise } from './quantise.ts'

interface Recipe {
  readonly name: string
  readonly types: readonly EntityType[]
  readonly rename: Readonly<Partial<Record<EntityType, EntityType>>>
  /** Corpora, and the types each of them annotates. */
  readonly corpora: readonly (readonly [name: string, annotated: readonly EntityType[]])[]
}

const CLINICAL: readonly EntityType[] = [
  'symptom',
  'condition',
  'medication',
  'dosage',
  'route',
  'frequency',
  'duration',
  'test',
  'value',
  'procedure',
  'anatomy',
]
const RECIPES: readonly Recipe[] = [
  {
    name: 'clinical',
    types: CLINICAL,
    rename: { vital: 'test', allergy: 'medication' },
    corpora: [
      ['maccrobat', CLINICAL],
      ['dictation-challenge', CLINICAL],
    ],
  },
  {
    name: 'abstracts',
    types: ['condition', 'medication'],
    rename: {},
    corpora: [
      ['bc5cdr', ['condition', 'medication']],
      ['ncbi-disease', ['condition']],
    ],
  },
]

const [, fold, folds] = /^(\d+)\/(\d+)$/.exec(process.argv[process.argv.indexOf('--fold') + 1] ?? '') ?? []
const isHeldOut = (index: number): boolean => folds !== undefined && index % Number(folds) === Number(fold)

for (const { name, types, rename, corpora } of RECIPES) {
  const examples = corpora.flatMap(([corpus, annotated]) =>
    readCorpus(corpus)
      .filter((_, index) => !isHeldOut(index))
      .flatMap((text) => examplesOf(text, { types, rename, annotated: new Set(annotated) })),
  )
  const learned = learn(examples, {
    labels: labelCount(types),
    epochs: 15,
    rate: 0.05,
    l1: 0.003,
    l2: 0.001,
    minimum: 2,
    report: (line) => process.stderr.write(`${name} ${line}\n`),
  })
  const packed = packModel(quantise(learned, types))
  const folder = fileURLToPath(new URL('../models/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const file = `${folder}${name}${folds === undefined ? '' : '.fold'}.bin`
  writeFileSync(file, packed)
  process.stderr.write(
    `${name}: ${examples.length} sentences, ${learned.features.size} features, ${packed.length} bytes\n`,
  )
}
