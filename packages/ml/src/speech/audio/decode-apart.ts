import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { SpeechError } from '../errors.ts'
import { type Audio, broken } from './audio.ts'
import type { DecodingAnswer, DecodingTask } from './decoding-thread.ts'

const BASE_TIMEOUT_MS = 10_000
/**
 * The slowest decoder needs about 10 ms for a second of sound, another rate as much, and no format spends less than 1 kB
 * on it.
 */
const TIMEOUT_MS_A_KILOBYTE = 40
/** Loading the decoders is no work on the file and says nothing about it, however long a busy machine takes. */
const START_MS = 120_000

/** Threads at work, and tasks that wait for one to end: more threads than cores only take each other's time. */
let busy = 0
const waiting: (() => void)[] = []

/**
 * Decodes, and brings to 16 kHz, in a thread of its own: it is work, and everybody's sockets share this one. It is ended
 * when it takes too long: files come from anyone, and nobody vouches that a codec cannot be made to go round in circles by
 * one that is broken. As many files are decoded at once as there are cores, so that a file's time runs only while it is
 * worked on.
 */
export async function decodeApart(task: DecodingTask, timeoutMs?: number): Promise<Audio> {
  if (busy >= availableParallelism()) await new Promise<void>((resolve) => waiting.push(resolve))
  else busy++
  try {
    return await decodeInThread(task, timeoutMs)
  } finally {
    // The place goes straight to the next in line, or is given up.
    const next = waiting.shift()
    if (next) next()
    else busy--
  }
}

async function decodeInThread(task: DecodingTask, timeoutMs?: number): Promise<Audio> {
  // One copy, handed over: the caller keeps its bytes, and the usual way copies them several times.
  const bytes = new Uint8Array(task.bytes)
  const worker = new Worker(new URL('./decoding-thread.ts', import.meta.url), {
    workerData: { ...task, bytes },
    transferList: [bytes.buffer],
    // The decoders' own remarks on broken files are of no use to anyone.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  })
  const limit = timeoutMs ?? BASE_TIMEOUT_MS + (task.bytes.length / 1024) * TIMEOUT_MS_A_KILOBYTE
  let timer: NodeJS.Timeout | undefined
  try {
    const answer = await new Promise<DecodingAnswer>((resolve, reject) => {
      timer = setTimeout(() => reject(notStarted()), START_MS)
      worker.on('message', (message: 'begun' | DecodingAnswer) => {
        if (message !== 'begun') {
          resolve(message)
          return
        }
        clearTimeout(timer)
        timer = setTimeout(() => reject(broken(task.format)), limit)
      })
      worker.once('error', (cause) => reject(broken(task.format, cause)))
      worker.once('exit', () => reject(broken(task.format)))
    })
    if ('audio' in answer) return answer.audio
    throw new SpeechError(answer.code, answer.message, { field: answer.field })
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}

function notStarted(): SpeechError {
  return new SpeechError('engine.busy', 'The machine is too busy to decode recordings.', {
    field: 'engine',
    retryable: true,
  })
}
