import { readEntities } from '@chartwire/ml/entities'

interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly ceiling: number
  readonly ratio: number
}

const SENTENCES = [
  'She denies chest pain, palpitations or leg swelling.',
  'Lisinopril 10 mg by mouth daily, metformin 500 mg twice a day with meals.',
  'BP 118/72, HR 64, RR 14, O2 sat 98% on room air.',
  'Family history is positive for colon cancer in her father.',
  'Chest x-ray reveals a right lower lobe infiltrate consistent with pneumonia.',
  'Start lisinopril 5 mg daily and recheck potassium in two weeks.',
  'No history of asthma or COPD; previous deep vein thrombosis after knee replacement.',
  'Return to the clinic if there is any new bleeding, fever or worsening pain.',
]
const NOTE_LENGTH = 5000
/** Milliseconds the house promises at the 99th percentile. */
const PROMISED = { sentence: 1, note: 20 }

/** Time to read a sentence and a note of 5,000 characters, warm; the ceiling is what the house promises. */
async function run({ seconds }: { readonly seconds: number }): Promise<Figure[]> {
  const note = `HISTORY OF PRESENT ILLNESS:\n${`${SENTENCES.join(' ')} `.repeat(12)}`.slice(0, NOTE_LENGTH)
  for (let i = 0; i < 300; i++) readEntities(SENTENCES[i % SENTENCES.length] ?? '')
  for (let i = 0; i < 10; i++) readEntities(note)
  const sentence = timed(seconds * 500, (i) => readEntities(SENTENCES[i % SENTENCES.length] ?? '', { section: 'plan' }))
  const whole = timed(seconds * 500, () => readEntities(note))
  return [
    figure('language.entities sentence p99', percentile(sentence, 0.99), PROMISED.sentence),
    figure('language.entities sentence median', percentile(sentence, 0.5), PROMISED.sentence),
    figure('language.entities note of 5,000 characters p99', percentile(whole, 0.99), PROMISED.note),
    figure('language.entities note of 5,000 characters median', percentile(whole, 0.5), PROMISED.note),
  ]
}

function timed(milliseconds: number, work: (i: number) => unknown): number[] {
  const times: number[] = []
  const end = performance.now() + milliseconds
  for (let i = 0; performance.now() < end; i++) {
    const start = performance.now()
    work(i)
    times.push(performance.now() - start)
  }
  return times.toSorted((a, b) => a - b)
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

function figure(name: string, value: number, ceiling: number): Figure {
  return { name, value, unit: 'ms', ceiling, ratio: value / ceiling }
}

export const benches = [{ name: 'language.entities', run }]
