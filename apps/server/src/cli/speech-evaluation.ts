import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  align,
  comparable,
  errorRate,
  scoreUtterance,
  scoringWords,
  type SpeechEngine,
  SpeechError,
  sumErrors,
  type Transcript,
} from '@chartwire/ml/speech'
import { z } from 'zod'
import { readRecording } from './read-recording.ts'

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
    .flatMap((line, i) => (line.trim() === '' ? [] : [readRow(folder, line, i + 1)]))
}

function readRow(folder: string, line: string, number: number): Recording {
  const row = Row.safeParse(tryJson(line))
  if (row.success && existsSync(join(folder, row.data.file))) return row.data
  const fault = row.success ? `names ${row.data.file}, which is not there` : 'has no file and text'
  throw new SpeechError('evaluation.invalid', `Line ${number} of transcripts.jsonl ${fault}.`, { field: 'data' })
}

/** Scores a folder of recordings, or each folder in it that has a transcripts.jsonl, and prints one JSON line for each. */
export async function evaluateFolder(
  open: () => Promise<SpeechEngine>,
  folder: string,
  { confusions }: { confusions: number },
): Promise<void> {
  const inner = statSync(folder, { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(folder).map((name) => join(folder, name))
    : []
  const found = [folder, ...inner.toSorted()].filter((path) => existsSync(join(path, 'transcripts.jsonl')))
  // All are read before the first is heard: a mistake in the last shall not cost the others' time.
  const sets = (found.length === 0 ? [folder] : found).map((path) => ({ path, recordings: readTranscripts(path) }))
  await using engine = await open()
  for (const { path, recordings } of sets) {
    const errors = new Map<string, number>()
    const score = await scoreSet(engine, path, recordings, errors)
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
    const transcript = await transcribed(engine, folder, file)
    seconds += transcript.seconds
    const { said, heard } = comparable(text, transcript)
    scores.push(scoreUtterance(said, heard))
    for (const step of align(scoringWords(said), scoringWords(heard))) {
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

async function transcribed(engine: SpeechEngine, folder: string, file: string): Promise<Transcript> {
  try {
    return await engine.transcribe(readRecording(join(folder, file)))
  } catch (cause) {
    if (!(cause instanceof SpeechError)) throw cause
    throw new SpeechError(cause.code, `${file}: ${cause.message}`, { field: 'data', cause })
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
