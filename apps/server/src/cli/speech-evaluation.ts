import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  align,
  errorRate,
  scoreUtterance,
  scoringWords,
  type SpeechEngine,
  SpeechError,
  sumErrors,
} from '@chartwire/ml/speech'
import { z } from 'zod'

const Row = z.object({ file: z.string(), text: z.string() })
export type Recording = z.infer<typeof Row>

export interface SetScore {
  readonly set: string
  readonly model: string
  readonly clips: number
  readonly words: number
  readonly wordErrorRate: number
  readonly characterErrorRate: number
  /** Processing time for each second of sound. */
  readonly realTimeFactor: number
}

/** The transcripts of a folder; throws `evaluation.invalid` naming the line that is none. */
export function readTranscripts(folder: string): Recording[] {
  const file = join(folder, 'transcripts.jsonl')
  if (!existsSync(file))
    throw new SpeechError('evaluation.invalid', `There is no transcripts.jsonl in ${folder}.`, { field: 'data' })
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, i) => {
      const row = Row.safeParse(tryJson(line))
      if (row.success) return row.data
      throw new SpeechError('evaluation.invalid', `Line ${i + 1} of transcripts.jsonl has no file and text.`, {
        field: 'data',
      })
    })
}

/** Scores a folder of recordings, or each folder in it that has a transcripts.jsonl, and prints one JSON line for each. */
export async function evaluateFolder(
  engine: SpeechEngine,
  folder: string,
  { confusions }: { confusions: number },
): Promise<void> {
  const inner = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
  const sets = [folder, ...inner.toSorted()].filter((path) => existsSync(join(path, 'transcripts.jsonl')))
  if (sets.length === 0) readTranscripts(folder)
  for (const set of sets) {
    const errors = new Map<string, number>()
    const score = await scoreSet(engine, set, readTranscripts(set), errors)
    console.log(JSON.stringify(score))
    const frequent = [...errors].toSorted((a, b) => b[1] - a[1]).slice(0, confusions)
    for (const [error, times] of frequent) process.stderr.write(`${times}x ${error}\n`)
  }
}

export async function scoreSet(
  engine: SpeechEngine,
  folder: string,
  recordings: readonly Recording[],
  errors = new Map<string, number>(),
): Promise<SetScore> {
  const started = performance.now()
  const scores = []
  let seconds = 0
  for (const { file, text } of recordings) {
    const heard = await engine.transcribe(readFileSync(join(folder, file)))
    seconds += heard.seconds
    scores.push(scoreUtterance(text, heard.raw))
    for (const step of align(scoringWords(text), scoringWords(heard.raw))) {
      if (step.kind === 'right') continue
      const error = `${step.said ?? '-'} -> ${step.heard ?? '-'}`
      errors.set(error, (errors.get(error) ?? 0) + 1)
    }
  }
  const words = sumErrors(scores.map((score) => score.words))
  return {
    set: basename(folder),
    model: engine.model.name,
    clips: recordings.length,
    words: words.said,
    wordErrorRate: round(errorRate(words)),
    characterErrorRate: round(errorRate(sumErrors(scores.map((score) => score.characters)))),
    realTimeFactor: round((performance.now() - started) / 1000 / seconds),
  }
}

function tryJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
