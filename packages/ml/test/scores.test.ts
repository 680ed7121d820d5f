// Figures on the development halves beside the project, with floors a little under what was reached. The taggers are
// trained on these halves, so for maccrobat, bc5cdr and ncbi-disease this only guards against breaking something; honest
// figures come from cross-validation, see docs/clinical-language.md.
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { assertTarget } from '../src/assertion/index.ts'
import { readEntities } from '../src/entities/index.ts'
import { classifySection } from '../src/sections/index.ts'
import { parseSig } from '../src/sig/index.ts'
import { type AnnotatedText, SHARED, readCorpus, readRows } from '../training/corpora.ts'

const isHere = existsSync(`${SHARED}/data/nlp/negex/dev.jsonl`)
if (!isHere)
  process.stdout.write(`SKIPPED: no corpora at ${SHARED}/data/nlp, so no score of clinical language was checked\n`)

interface Counts {
  hits: number
  found: number
  wanted: number
}
const none = (): Counts => ({ hits: 0, found: 0, wanted: 0 })
const f1 = ({ hits, found, wanted }: Counts): number => (found + wanted === 0 ? 0 : (200 * hits) / (found + wanted))
const precision = ({ hits, found }: Counts): number => (100 * hits) / Math.max(1, found)

test.runIf(isHere)('negex: negation, history, hypothesis', () => {
  const rows = readRows<{ text: string; start: number; end: number; negation: string; temporality: string }>('negex')
  const figures = { negated: none(), historical: none(), hypothetical: none() }
  for (const { text, start, end, negation, temporality } of rows) {
    const axes = assertTarget(text, { start, end })
    count(figures.negated, axes.negation === 'negated', negation === 'negated')
    count(figures.historical, axes.temporality === 'historical', temporality === 'historical')
    count(figures.hypothetical, axes.temporality === 'hypothetical', temporality === 'hypothetical')
  }
  expect(f1(figures.negated)).toBeGreaterThan(98.5)
  expect(f1(figures.historical)).toBeGreaterThan(84)
  expect(f1(figures.hypothetical)).toBeGreaterThan(92)
})

test.runIf(isHere)(
  'dictation: spans, types and assertion together',
  () => {
    const { spans, asserted } = scoreSpans(readCorpus('dictation-challenge'), (type) => type)
    expect(f1(spans)).toBeGreaterThan(96)
    expect(f1(asserted)).toBeGreaterThan(94)
  },
  60_000,
)

test.runIf(isHere).each([
  ['maccrobat', 72, 0, (type: string) => ({ vital: 'test', allergy: 'medication' })[type] ?? type],
  ['bc5cdr', 85, 90, (type: string) => (type === 'symptom' ? 'condition' : type)],
  ['ncbi-disease', 82, 0, (type: string) => type],
] as const)(
  '%s: spans that overlap',
  (corpus, floor, least, rename) => {
    const { spans } = scoreSpans(readCorpus(corpus).slice(0, 400), rename)
    expect(f1(spans)).toBeGreaterThan(floor)
    expect(precision(spans)).toBeGreaterThan(least)
  },
  120_000,
)

test.runIf(isHere)('sig: whole records', () => {
  const rows = readRows<{ text: string; complex: boolean; gold: Record<string, unknown> }>('sig').filter(
    (row) => !row.complex,
  )
  const right = rows.filter(({ text, gold }) => {
    const { dose, doseMax, unit, route, frequency, asNeeded, duration } = parseSig(text)
    const record: Record<string, unknown> = { dose, dose_max: doseMax, unit, route, frequency, prn: asNeeded, duration }
    return Object.entries(gold).every(([field, value]) => (value ?? null) === record[field])
  })
  expect((100 * right.length) / rows.length).toBeGreaterThan(98)
})

test.runIf(isHere)(
  'sections: passages',
  () => {
    const rows = readRows<{ note: string; section: string }>('mts-dialog').slice(0, 300)
    expect(rows.filter((row) => classifySection(row.note).label === row.section).length / rows.length).toBeGreaterThan(
      0.75,
    )
  },
  60_000,
)

function count(counts: Counts, isFound: boolean, isWanted: boolean): void {
  if (isFound) counts.found++
  if (isWanted) counts.wanted++
  if (isFound && isWanted) counts.hits++
}

/** Overlap of one entity with one of its type; `asserted` counts those whose status is right as well. */
function scoreSpans(
  texts: readonly (AnnotatedText & { readonly entities: readonly { assertion?: string }[] })[],
  rename: (type: string) => string,
): { spans: Counts; asserted: Counts } {
  const spans = none()
  const asserted = none()
  const annotated = new Set(texts.flatMap((text) => text.entities.map((entity) => entity.type as string)))
  for (const { text, section, entities } of texts) {
    const found = readEntities(text, section === undefined ? {} : { section }).filter((entity) =>
      annotated.has(rename(entity.type)),
    )
    const free = new Set(found)
    spans.found += found.length
    spans.wanted += entities.length
    asserted.found += found.filter((entity) => entity.assertion !== undefined).length
    for (const gold of entities) {
      const { assertion } = gold as { assertion?: string }
      if (assertion !== undefined) asserted.wanted++
      const hit = [...free].find(
        (entity) => rename(entity.type) === gold.type && entity.start < gold.end && entity.end > gold.start,
      )
      if (!hit) continue
      free.delete(hit)
      spans.hits++
      if (assertion !== undefined && hit.assertion === assertion) asserted.hits++
    }
  }
  return { spans, asserted }
}
