import { Worker } from 'node:worker_threads'
import { SpeechError } from '../errors.ts'
import { type Audio, broken } from './audio.ts'
import type { DecodingAnswer, DecodingTask } from './decoding-thread.ts'

const BASE_TIMEOUT_MS = 10_000
/** The slowest decoder needs about 10 ms for a second of sound, and no format spends less than 1 kB on it. */
const TIMEOUT_MS_A_KILOBYTE = 40

/**
 * Decodes in a thread of its own that is ended when it takes too long: files come from anyone, and the libraries that
 * take containers apart can be made to go round in circles by one that is broken.
 */
export async function decodeApart(task: DecodingTask, timeoutMs?: number): Promise<Audio> {
  const worker = new Worker(new URL('./decoding-thread.ts', import.meta.url), {
    workerData: task,
    // The decoders' own remarks on broken files are of no use to anyone.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  })
  const limit = timeoutMs ?? BASE_TIMEOUT_MS + (task.bytes.length / 1024) * TIMEOUT_MS_A_KILOBYTE
  let timer: NodeJS.Timeout | undefined
  try {
    const answer = await new Promise<DecodingAnswer>((resolve, reject) => {
      timer = setTimeout(() => reject(broken(task.format)), limit)
      worker.once('message', resolve)
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
