import { Worker } from 'node:worker_threads'
import { SpeechError, type SpeechErrorCode } from '../errors.ts'
import type { ModelFolder } from '../model/model-folder.ts'
import type { FromWorker, Job, ResultOf, SegmentResult, WindowResult } from './jobs.ts'

/** Live finals go before live partials, and both before files. */
export type Priority = 'final' | 'partial' | 'file'
const ORDER: readonly Priority[] = ['final', 'partial', 'file']

/** A job that has killed this many workers is given up. */
const MAX_ATTEMPTS = 3

interface Task {
  readonly id: number
  readonly job: Job
  attempts: number
  readonly resolve: (result: WindowResult | SegmentResult) => void
  readonly reject: (error: SpeechError) => void
}

interface Slot {
  readonly worker: Worker
  ready: boolean
  task: Task | undefined
}

/** A few workers, each with one loaded model, behind one bounded queue. A worker that dies is replaced and its job redone. */
export class WorkerPool {
  readonly ready: Promise<{ samplesPerFrame: number }>
  private readonly folder: ModelFolder
  private readonly limit: number
  private readonly queues: Record<Priority, Task[]> = { final: [], partial: [], file: [] }
  private readonly slots = new Set<Slot>()
  private readonly started = Promise.withResolvers<{ samplesPerFrame: number }>()
  private nextId = 1
  private failedStarts = 0
  private closed = false

  constructor(folder: ModelFolder, options: { workers: number; queueLimit: number }) {
    this.folder = folder
    this.limit = options.queueLimit
    this.ready = this.started.promise
    // Whoever runs a job hears of a failed start; nobody has to be listening here.
    this.ready.catch(() => undefined)
    for (let i = 0; i < options.workers; i++) this.spawn()
  }

  get queued(): number {
    return ORDER.reduce((sum, priority) => sum + this.queues[priority].length, 0)
  }

  /** Rejects with `engine.busy` when the queue is full and `engine.closed` after close. */
  run<J extends Job>(job: J, priority: Priority): Promise<ResultOf<J>>
  run(job: Job, priority: Priority): Promise<WindowResult | SegmentResult> {
    if (this.closed) return Promise.reject(closedError())
    if (this.queued >= this.limit)
      return Promise.reject(
        new SpeechError('engine.busy', 'The speech queue is full.', { field: 'engine', retryable: true }),
      )
    return new Promise((resolve, reject) => {
      this.queues[priority].push({ id: this.nextId++, job, attempts: 0, resolve, reject })
      this.dispatch()
    })
  }

  /** Thread ids of the living workers, for tests and metrics. */
  threads(): Worker[] {
    return [...this.slots].map((slot) => slot.worker)
  }

  async close(): Promise<void> {
    this.closed = true
    for (const priority of ORDER) for (const task of this.queues[priority].splice(0)) task.reject(closedError())
    await Promise.all([...this.slots].map((slot) => slot.worker.terminate()))
  }

  private spawn(): void {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: this.folder,
      name: 'speech',
      // The beam makes many short-lived objects; a small nursery keeps a worker's memory down at no cost in speed.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
    const slot: Slot = { worker, ready: false, task: undefined }
    this.slots.add(slot)
    worker.on('message', (message: FromWorker) => this.hear(slot, message))
    // The exit that follows an error does what has to be done.
    worker.on('error', () => undefined)
    worker.once('exit', () => this.bury(slot))
  }

  private hear(slot: Slot, message: FromWorker): void {
    if (message.kind === 'ready') {
      slot.ready = true
      // From here on an idle worker does not keep the process alive.
      slot.worker.unref()
      this.failedStarts = 0
      this.started.resolve({ samplesPerFrame: message.samplesPerFrame })
    } else if (message.kind === 'failed' && message.id === undefined) {
      this.giveUp(asError(message))
      return
    } else {
      const { task } = slot
      slot.task = undefined
      slot.worker.unref()
      if (message.kind === 'done') task?.resolve(message.result)
      else task?.reject(asError(message))
    }
    this.dispatch()
  }

  /** The model cannot be loaded: every job, now and later, ends with the reason. */
  private giveUp(error: SpeechError): void {
    this.closed = true
    this.started.reject(error)
    for (const priority of ORDER) for (const task of this.queues[priority].splice(0)) task.reject(error)
    for (const slot of this.slots) void slot.worker.terminate()
  }

  private bury(slot: Slot): void {
    this.slots.delete(slot)
    const { task } = slot
    if (this.closed) {
      task?.reject(closedError())
      return
    }
    if (!slot.ready && ++this.failedStarts >= MAX_ATTEMPTS) {
      this.giveUp(new SpeechError('model.failed', 'The speech workers do not start.', { field: 'model' }))
      return
    }
    if (task && ++task.attempts < MAX_ATTEMPTS) this.queues.final.unshift(task)
    else task?.reject(new SpeechError('model.failed', 'The speech model failed on a window.', { field: 'model' }))
    this.spawn()
  }

  private dispatch(): void {
    for (const slot of this.slots) {
      if (!slot.ready || slot.task) continue
      const queue = ORDER.map((priority) => this.queues[priority]).find((tasks) => tasks.length > 0)
      const task = queue?.shift()
      if (!task) return
      slot.task = task
      slot.worker.ref()
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- between threads there is no origin
      slot.worker.postMessage({ id: task.id, job: task.job })
    }
  }
}

function closedError(): SpeechError {
  return new SpeechError('engine.closed', 'The speech engine is closed.', { field: 'engine' })
}

const CODES: ReadonlySet<string> = new Set<SpeechErrorCode>(['model.invalid', 'model.missing', 'model.failed'])

function asError(message: { code: string; field: string; message: string }): SpeechError {
  const code: SpeechErrorCode = isCode(message.code) ? message.code : 'model.failed'
  return new SpeechError(code, message.message, { field: message.field })
}

function isCode(code: string): code is SpeechErrorCode {
  return CODES.has(code)
}
