import { parentPort, workerData } from 'node:worker_threads'
import type { ModelFolder } from '../model/model-folder.ts'
import { SpeechError } from '../errors.ts'
import type { FromWorker, ToWorker } from './jobs.ts'
import { Performer } from './perform.ts'

const port = parentPort
if (!port) throw new Error('This file runs as a worker of the speech pool.')

const answer = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer)

function failed(id: number | undefined, error: unknown): void {
  const known = error instanceof SpeechError ? error : undefined
  answer({
    kind: 'failed',
    id,
    code: known?.code ?? 'model.failed',
    field: known?.field ?? 'model',
    message: known?.message ?? 'The speech model failed on a window.',
  })
}

const folder: ModelFolder = workerData
try {
  const performer = await Performer.load(folder)
  answer({ kind: 'ready', samplesPerFrame: performer.acoustic.samplesPerFrame })
  let last: Promise<void> = Promise.resolve()
  const work = async ({ id, job }: ToWorker): Promise<void> => {
    try {
      const result = await performer.perform(job)
      answer({ kind: 'done', id, result }, 'probs' in result ? [result.probs.buffer as ArrayBuffer] : [])
    } catch (error) {
      failed(id, error)
    }
  }
  port.on('message', (message: ToWorker) => {
    last = last.then(() => work(message))
  })
} catch (error) {
  failed(undefined, error)
}
