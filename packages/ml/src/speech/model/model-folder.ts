import { readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DecodingWeights, DEFAULT_WEIGHTS } from '../decoding/decoder.ts'
import { SpeechError } from '../errors.ts'
import { parseVocabulary, type Vocabulary } from './vocabulary.ts'

/** Seconds of sound the network sees before, in and after the part of a window that is kept. */
interface StreamingWindow {
  readonly left: number
  readonly stride: number
  readonly right: number
}

/** A checked model folder: plain data, so that it can travel to a worker, which loads the files themselves. */
export interface ModelFolder {
  readonly path: string
  /** What every result is signed with. */
  readonly name: string
  /** Words for a person about what this model is good for, where the folder has them. */
  readonly notice: string | undefined
  readonly onnxFile: string
  readonly languageModelFile: string | undefined
  readonly lexiconFile: string | undefined
  readonly hotwords: readonly string[]
  readonly vocabulary: Vocabulary
  readonly normalize: boolean
  readonly streaming: StreamingWindow
  readonly weights: DecodingWeights
}

/** The model that comes with the package: a demonstration, trained on synthetic voices. */
export const EMBEDDED_MODEL = fileURLToPath(new URL('../../../models/speech', import.meta.url))

/** wav2vec2 wants more to the right than the embedded model; with these a base-sized int8 network hears two speakers on one core. */
const WAV2VEC2_WINDOW: StreamingWindow = { left: 2.4, stride: 1.28, right: 0.96 }

/**
 * Checks a folder against the wav2vec2-CTC contract: `model.onnx` (`input_values` in, `logits` out), `vocab.json`,
 * `preprocessor_config.json`; and, where they exist, `language-model.arpa` or `.arpa.gz`, `lexicon.txt`, `hotwords.txt`
 * (one entry a line) and `speech.json` (name, notice, streaming window in seconds, decoding weights).
 * Throws a SpeechError `model.missing` or `model.invalid` naming the file.
 */
export function readModelFolder(folder: string): ModelFolder {
  const path = resolve(folder)
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new SpeechError('model.missing', `There is no model folder at ${path}.`, { field: 'model' })
  const file = (name: string): string | undefined =>
    statSync(join(path, name), { throwIfNoEntry: false })?.isFile() ? join(path, name) : undefined
  const required = (name: string): string => {
    const found = file(name)
    if (!found) throw new SpeechError('model.missing', `The model folder has no ${name}.`, { field: name })
    return found
  }
  const preprocessor = readObject(required('preprocessor_config.json'))
  if ((preprocessor['sampling_rate'] ?? 16_000) !== 16_000)
    throw new SpeechError('model.invalid', 'The model wants another sample rate than 16 kHz.', {
      field: 'preprocessor_config.json',
    })
  const settingsFile = file('speech.json')
  const settings = settingsFile ? readObject(settingsFile) : {}
  const hotwordsFile = file('hotwords.txt')
  return {
    path,
    name: typeof settings['model'] === 'string' ? settings['model'] : basename(path),
    notice: typeof settings['notice'] === 'string' ? settings['notice'] : undefined,
    onnxFile: required('model.onnx'),
    languageModelFile: file('language-model.arpa.gz') ?? file('language-model.arpa'),
    lexiconFile: file('lexicon.txt'),
    hotwords: hotwordsFile ? readLines(hotwordsFile) : [],
    vocabulary: parseVocabulary(readObject(required('vocab.json'))),
    normalize: preprocessor['do_normalize'] !== false,
    streaming: numbersLike(WAV2VEC2_WINDOW, settings['streaming'], { field: 'streaming', bounds: WINDOW_BOUNDS }),
    weights: weightsFrom(settings['decoding']),
  }
}

/** Lines that hold something, as they are written: a hotword's case is how a note shall write it. */
export function readLines(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function readObject(file: string): Record<string, unknown> {
  const value = parse(file)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SpeechError('model.invalid', `${basename(file)} holds no object.`, { field: basename(file) })
  return Object.fromEntries(Object.entries(value))
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new SpeechError('model.invalid', `${basename(file)} is no JSON.`, { field: basename(file), cause })
  }
}

function weightsFrom(given: unknown): DecodingWeights {
  const { mode, ...numbers } = DEFAULT_WEIGHTS
  const wanted = typeof given === 'object' && given !== null && 'mode' in given ? given.mode : mode
  if (wanted !== 'lexicon' && wanted !== 'open' && wanted !== 'greedy')
    throw new SpeechError('model.invalid', 'speech.json: decoding.mode is none of lexicon, open, greedy.', {
      field: 'decoding.mode',
    })
  return { mode: wanted, ...numbersLike(numbers, given, { field: 'decoding', bounds: WEIGHT_BOUNDS }) }
}

type Bounds = Readonly<Record<string, readonly [least: number, most: number]>>

/** Without a stride a session would hear the same window for ever; with a long one it would never be live. */
const WINDOW_BOUNDS: Bounds = { left: [0, 30], stride: [0.1, 10], right: [0, 10] }
const WEIGHT_BOUNDS: Bounds = { beamWidth: [1, 4096], liveBeamWidth: [1, 4096] }

/** The numbers of `given` over those of `defaults`; anything but a finite number within its bounds is refused. */
function numbersLike<T extends object>(
  defaults: T,
  given: unknown,
  { field, bounds }: { field: string; bounds: Bounds },
): T {
  if (given === undefined) return defaults
  if (typeof given !== 'object' || given === null)
    throw new SpeechError('model.invalid', `speech.json: ${field} is no object.`, { field })
  const merged: T = { ...defaults }
  for (const [name, value] of Object.entries(given)) {
    if (name === 'mode' || !Object.hasOwn(defaults, name)) continue
    const [least, most] = bounds[name] ?? [-1e6, 1e6]
    const isWhole = !name.endsWith('Width') || Number.isInteger(value)
    if (typeof value !== 'number' || !isWhole || !(value >= least && value <= most))
      throw new SpeechError('model.invalid', `speech.json: ${field}.${name} is no number from ${least} to ${most}.`, {
        field: `${field}.${name}`,
      })
    Object.assign(merged, { [name]: value })
  }
  return merged
}
