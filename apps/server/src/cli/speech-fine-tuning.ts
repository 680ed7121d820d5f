import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mixDown, SpeechEngine, SpeechError } from '@chartwire/ml/speech'
import { readRecording } from './read-recording.ts'
import { readTranscripts, type Recording, scoreSet, type SetScore } from './speech-evaluation.ts'

export interface FineTuning {
  readonly data: string
  readonly out: string
  readonly minutes: number
  readonly python: string
  /** Folder of the model to start from: the embedded one, or an earlier result of this command. */
  readonly model: string
  readonly root: string
}

/** Every fifth recording is kept out of training and tells how much was gained. */
const TEST_EVERY = 5

/**
 * Trains on a customer's own recordings from a shipped model's weights, and scores the recordings kept out before and
 * after. Writes the new model folder with `report.json`. The sound stays on this machine; the temporary copy is deleted.
 */
export async function fineTune(request: FineTuning): Promise<void> {
  const recordings = readTranscripts(request.data)
  const test = recordings.filter((_, i) => i % TEST_EVERY === TEST_EVERY - 1)
  const training = recordings.filter((recording) => !test.includes(recording))
  if (test.length === 0)
    throw new SpeechError('evaluation.invalid', 'Fine-tuning needs at least five recordings.', { field: 'data' })
  await checkPython(request.python)
  const before = await score(request.model, request.data, test)
  process.stderr.write(`before: word error rate ${before.wordErrorRate} on ${before.words} words\n`)
  const scratch = mkdtempSync(join(tmpdir(), 'chartwire-fine-tune-'))
  try {
    await writeSound(request, training, scratch)
    await train(request, scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  const after = await score(request.out, request.data, test)
  const report = { trainedOn: training.length, testedOn: test.length, before, after }
  writeFileSync(join(request.out, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`)
  console.log(JSON.stringify(report))
}

async function score(model: string, folder: string, recordings: readonly Recording[]): Promise<SetScore> {
  await using engine = await SpeechEngine.open({ model, workers: 1, ffmpeg: process.env['CHARTWIRE_FFMPEG'] })
  return await scoreSet(engine, folder, recordings)
}

/** The training side reads one float32 file at 16 kHz a recording. */
async function writeSound(request: FineTuning, recordings: readonly Recording[], folder: string): Promise<void> {
  await using engine = await SpeechEngine.open({
    model: request.model,
    workers: 1,
    ffmpeg: process.env['CHARTWIRE_FFMPEG'],
  })
  const rows = []
  for (const [i, { file, text }] of recordings.entries()) {
    const samples = mixDown(await engine.decode(readRecording(join(request.data, file))))
    writeFileSync(join(folder, `${i}.f32`), new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
    rows.push(JSON.stringify({ file: `${i}.f32`, text }))
  }
  writeFileSync(join(folder, 'training.jsonl'), `${rows.join('\n')}\n`)
}

/** Before anything is heard, which may take its time. */
async function checkPython(python: string): Promise<void> {
  const child = spawn(python, ['-c', 'import numpy, onnx, onnxruntime, torch'], { stdio: 'ignore' })
  const [code] = await once(child, 'close').catch((cause: unknown) => {
    throw new SpeechError('model.failed', 'Python cannot be started.', { field: 'python', cause })
  })
  if (code !== 0)
    throw new SpeechError('model.failed', `${python} lacks packages of tools/speech-model/requirements.txt.`, {
      field: 'python',
    })
}

async function train(request: FineTuning, folder: string): Promise<void> {
  const args = ['-m', 'speech_model', 'fine-tune', '--model', request.model, '--data', folder, '--out', request.out]
  const child = spawn(request.python, [...args, '--minutes', `${request.minutes}`], {
    cwd: join(request.root, 'tools/speech-model'),
    stdio: ['ignore', 2, 2],
  })
  const [code] = await once(child, 'close')
  if (code !== 0)
    throw new SpeechError('model.failed', 'Training failed; see above.', {
      field: 'python',
    })
}
