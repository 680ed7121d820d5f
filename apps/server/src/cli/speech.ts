import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  EMBEDDED_MODEL,
  installedModels,
  installModel,
  type ModelFolder,
  readModelFolder,
  sha256Of,
  SpeechEngine,
  SpeechError,
} from '@chartwire/ml/speech'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { readRecording } from './read-recording.ts'
import { CommandFailure, EXIT } from './run-commands.ts'
import { evaluateFolder } from './speech-evaluation.ts'
import { fineTune } from './speech-fine-tuning.ts'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))
const MODELS = process.env['CHARTWIRE_MODELS'] ?? join(ROOT, '.data/models')

/** Runs one of this group's commands and answers its exit status. */
export async function run(command: string, args: readonly string[]): Promise<number> {
  const program = new Command('chartwire').exitOverride()
  speechCommands(program)
  try {
    await program.parseAsync([command, ...args], { from: 'user' })
    return typeof process.exitCode === 'number' ? process.exitCode : 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    const isKnown = error instanceof SpeechError || error instanceof CommandFailure
    // A folder that may not be written, a disk that is full: the system's own words say it.
    if (!isKnown && !(error instanceof Error && 'syscall' in error)) throw error
    process.stderr.write(error instanceof SpeechError ? `${error.message} (${error.code})\n` : `${error.message}\n`)
    return error instanceof CommandFailure ? error.exitCode : EXIT.fault
  }
}

export function speechCommands(program: Command): void {
  program
    .command('transcribe')
    .description('recognise recordings: one JSON line a file')
    .argument('<file...>', '"-" for standard input')
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
        model: selectedModel().path,
        root: ROOT,
      })
    })
}

async function transcribe(files: string[], options: { raw?: boolean; hotwords?: string }): Promise<void> {
  await using engine = await openEngine()
  for (const file of files) {
    try {
      const { text, raw, words, model } = await engine.transcribe(readRecording(file === '-' ? file : fromHere(file)), {
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
  const selected = selectedModel()
  const known = [readModelFolder(EMBEDDED_MODEL), ...installedModels(MODELS)]
  const isElsewhere = known.every(({ path }) => path !== selected.path)
  for (const model of isElsewhere ? [...known, selected] : known) {
    const digest = sha256Of(readFileSync(model.onnxFile))
    console.log(
      JSON.stringify({
        model: model.name,
        folder: model.path,
        selected: model.path === selected.path,
        sha256: digest,
      }),
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
  return SpeechEngine.open({ model: selectedModel().path, workers: 1, ffmpeg: process.env['CHARTWIRE_FFMPEG'] })
}

/** A setting that cannot be used is told apart from a recording that cannot. */
function selectedModel(): ModelFolder {
  try {
    return readModelFolder(modelFolder())
  } catch (error) {
    if (!(error instanceof SpeechError)) throw error
    throw new CommandFailure(`CHARTWIRE_SPEECH_MODEL: ${error.message}`, EXIT.unusable)
  }
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

function positive(given: string): number {
  const value = Number(given)
  if (!(value > 0 && value < Infinity)) throw new InvalidArgumentError('It takes a number above 0.')
  return value
}

function showProgress(file: string, share: number | undefined): void {
  if (!process.stderr.isTTY) return
  process.stderr.write(share === undefined ? '\r\u001b[K' : `\r${file} ${Math.round(share * 100)} %`)
}
