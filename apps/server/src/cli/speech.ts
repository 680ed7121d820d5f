import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  DEFAULT_LIMITS,
  EMBEDDED_MODEL,
  installedModels,
  installModel,
  readModelFolder,
  sha256Of,
  SpeechEngine,
  SpeechError,
} from '@chartwire/ml/speech'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { evaluateFolder } from './speech-evaluation.ts'
import { fineTune } from './speech-fine-tuning.ts'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))
const MODELS = process.env['CHARTWIRE_MODELS'] ?? join(ROOT, '.data/models')

/** Runs one of this group's commands and answers its exit status: 0 done, 1 a file or model failed, 2 misused. */
export async function run(command: string, args: readonly string[]): Promise<number> {
  const program = new Command('chartwire').exitOverride()
  speechCommands(program)
  try {
    await program.parseAsync([command, ...args], { from: 'user' })
    return typeof process.exitCode === 'number' ? process.exitCode : 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof SpeechError)) throw error
    process.stderr.write(`${error.message} (${error.code})\n`)
    return 1
  }
}

export function speechCommands(program: Command): void {
  program
    .command('transcribe')
    .description('recognise recordings: one JSON line a file')
    .argument('<file...>')
    .option('--raw', 'words as spoken, before figures, units and punctuation')
    .option('--hotwords <words>', 'names to expect, separated by commas')
    .action(transcribe)

  const models = program.command('models').description('speech models')
  models.command('list').description('the embedded and the installed models').action(listModels)
  models
    .command('add')
    .description('check and install a wav2vec2-CTC model folder, or the https address of one as .tar.gz')
    .argument('<source>')
    .option('--sha256 <digest>', 'of model.onnx in a folder, or of the archive behind an address')
    .option('--name <name>', 'name to install it under')
    .action(addModel)

  program
    .command('evaluate-speech')
    .description('word and character error rates on recordings with a transcripts.jsonl: {"file", "text"}')
    .requiredOption('--data <folder>', 'such a folder, or a folder of such folders')
    .option('--confusions <count>', 'list the most frequent errors', positive)
    .action(async (options: { data: string; confusions?: number }) => {
      await evaluateFolder(openEngine, fromHere(options.data), { confusions: options.confusions ?? 0 })
    })

  program
    .command('fine-tune-speech')
    .description('go on training the embedded model on your own recordings, with figures before and after')
    .requiredOption('--data <folder>', 'recordings with a transcripts.jsonl; every fifth is kept for testing')
    .requiredOption('--out <folder>', 'where the new model goes')
    .option('--minutes <minutes>', 'training time', positive, 20)
    .option('--python <program>', 'Python with the packages of tools/speech-model/requirements.txt', 'python3')
    .action(async (options: { data: string; out: string; minutes: number; python: string }) => {
      await fineTune({
        ...options,
        data: fromHere(options.data),
        out: fromHere(options.out),
        python: options.python.includes('/') ? fromHere(options.python) : options.python,
        model: modelFolder(),
        root: ROOT,
      })
    })
}

async function transcribe(files: string[], options: { raw?: boolean; hotwords?: string }): Promise<void> {
  await using engine = await openEngine()
  for (const file of files) {
    try {
      const { text, raw, words, model } = await engine.transcribe(readFile(fromHere(file)), {
        ...(options.hotwords === undefined ? {} : { hotwords: options.hotwords.split(',') }),
        onProgress: (share) => showProgress(file, share),
      })
      showProgress(file, undefined)
      console.log(JSON.stringify({ file, text: options.raw ? raw : text, words, model }))
    } catch (error) {
      showProgress(file, undefined)
      if (!(error instanceof SpeechError)) throw error
      process.stderr.write(`${file}: ${error.message} (${error.code})\n`)
      process.exitCode = 1
    }
  }
}

function listModels(): void {
  const selected = process.env['CHARTWIRE_SPEECH_MODEL'] === undefined ? EMBEDDED_MODEL : modelFolder()
  for (const model of [readModelFolder(EMBEDDED_MODEL), ...installedModels(MODELS)]) {
    const digest = sha256Of(readFileSync(model.onnxFile))
    console.log(
      JSON.stringify({ model: model.name, folder: model.path, selected: model.path === selected, sha256: digest }),
    )
    if (model.notice !== undefined) process.stderr.write(`${model.name}: ${model.notice}\n`)
  }
}

async function addModel(source: string, options: { sha256?: string; name?: string }): Promise<void> {
  const from = /^[a-z]+:\/\//i.test(source) ? source : fromHere(source)
  const model = await installModel({ from, sha256: options.sha256, name: options.name, into: MODELS })
  console.log(JSON.stringify({ model: model.name, folder: model.path }))
  process.stderr.write(`Select it with CHARTWIRE_SPEECH_MODEL=${model.path}\n`)
}

function openEngine(): Promise<SpeechEngine> {
  return SpeechEngine.open({ model: modelFolder(), workers: 1, ffmpeg: process.env['CHARTWIRE_FFMPEG'] })
}

/** CHARTWIRE_SPEECH_MODEL is a folder or the name of an installed model. */
function modelFolder(): string {
  const wanted = process.env['CHARTWIRE_SPEECH_MODEL']
  if (wanted === undefined || wanted === '') return EMBEDDED_MODEL
  const installed = join(MODELS, wanted)
  return /^[\w.-]+$/.test(wanted) && existsSync(installed) ? installed : fromHere(wanted)
}

/** Paths are the user's, who may have called from elsewhere than the repository. */
function fromHere(path: string): string {
  return resolve(process.env['CHARTWIRE_INVOKED_FROM'] ?? process.cwd(), path)
}

function readFile(path: string): Uint8Array {
  const about = statSync(path, { throwIfNoEntry: false })
  if (!about || about.isDirectory()) throw new SpeechError('audio.broken', 'There is no such file.', { field: 'file' })
  // Before it is read: a file past the limit may be larger than memory.
  if (about.size > DEFAULT_LIMITS.maxBytes)
    throw new SpeechError('audio.too_large', `The file is larger than ${DEFAULT_LIMITS.maxBytes} bytes.`, {
      field: 'file',
    })
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new SpeechError('audio.broken', 'The file cannot be read.', { field: 'file', cause })
  }
}

function positive(given: string): number {
  const value = Number(given)
  if (!(value > 0 && value < Infinity)) throw new InvalidArgumentError('It takes a number above 0.')
  return value
}

function showProgress(file: string, share: number | undefined): void {
  if (!process.stderr.isTTY) return
  process.stderr.write(share === undefined ? '\r\u001b[K' : `\r${file} ${Math.round(share * 100)} %`)
}
