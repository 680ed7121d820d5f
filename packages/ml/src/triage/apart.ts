import { Worker } from 'node:worker_threads'
import type { Asked, Answered } from './thread.ts'
import type { Complaint, Triage } from './types.ts'

/** Nobody answers: the thread does not start, or too many ask. May be tried again. */
export class TriageUnavailable extends Error {
  override readonly name = 'TriageUnavailable'
}

/** The first answer waits for the vocabularies, seconds on a busy machine; the others take milliseconds. */
const PATIENCE_MS = 60_000
const MOST_WAITING = 100
/** The thread holds all vocabularies; who asks nothing for so long gets them back. */
const IDLE_MS = 10 * 60_000

interface Waiting {
  readonly resolve: (answer: Triage) => void
  readonly reject: (error: TriageUnavailable) => void
}

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
  idle: NodeJS.Timeout | undefined
}

let running: Thread | undefined
let asked = 0

/**
 * `triage` in a thread of its own, begun by the first complaint and ended when it is idle: neither reading the vocabularies
 * nor a complaint holds up the event loop.
 *
 * @throws TriageUnavailable
 */
export function triageApart(complaint: Complaint): Promise<Triage> {
  const thread = (running ??= start())
  if (thread.waiting.size >= MOST_WAITING) return Promise.reject(new TriageUnavailable('Too many complaints at once.'))
  clearTimeout(thread.idle)
  const id = (asked += 1)
  return new Promise<Triage>((resolve, reject) => {
    const late = setTimeout(() => give(thread), PATIENCE_MS)
    const settled = <T>(settle: (value: T) => void) => {
      return (value: T): void => {
        clearTimeout(late)
        settle(value)
      }
    }
    thread.waiting.set(id, { resolve: settled(resolve), reject: settled(reject) })
    thread.worker.ref()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- between threads there is no origin
    thread.worker.postMessage({ id, complaint } satisfies Asked)
  })
}

function start(): Thread {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  })
  const thread: Thread = { worker, waiting: new Map(), idle: undefined }
  worker.on('message', ({ id, answer }: Answered) => {
    thread.waiting.get(id)?.resolve(answer)
    thread.waiting.delete(id)
    if (thread.waiting.size > 0) return
    worker.unref()
    thread.idle = setTimeout(() => give(thread), IDLE_MS).unref()
  })
  worker.once('error', () => give(thread))
  worker.once('exit', () => give(thread))
  return thread
}

/** Ends a thread; whoever waits for it is told, and the next complaint begins another. */
function give(thread: Thread): void {
  if (running === thread) running = undefined
  clearTimeout(thread.idle)
  for (const { reject } of thread.waiting.values()) reject(new TriageUnavailable('No answer could be made.'))
  thread.waiting.clear()
  void thread.worker.terminate()
}
