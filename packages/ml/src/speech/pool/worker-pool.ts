import { SpeechError, type SpeechErrorCode } from '../errors.ts'
import type { ModelFolder } from '../model/model-folder.ts'
import type { FromWorker, Job, ResultOf, SegmentResult, WindowResult } from './jobs.ts'
import { type Death, WorkerProcess } from './worker-process.ts'

/** Live finals go before live partials, and both before files. */
export type Priority = 'final' | 'partial' | 'file'
const ORDER: readonly Priority[] = ['final', 'partial', 'file']

/** A worker that neither answers nor ends in this time is stuck; the slowest window of a large network takes seconds. */
const ANSWER_MS = 120_000
/** A job, or the loading of the model, is given up when workers die of it as often as this. */
const MAX_DEATHS = 3
/** A kill from outside says little about the job or the model it hit. */
const WEIGHT: Record<Death, number> = { crashed: 1, killed: 0.01 }
/** Before another try at starting a worker that does not start; doubled each time, up to half a minute. */
const RESTART_MS = 100
const LONGEST_RESTART_MS = 30_000

interface Task {
  readonly id: number
  readonly job: Job
  deaths: number
  readonly signal: AbortSignal | undefined
  readonly resolve: (result: WindowResult | SegmentResult) => void
  readonly reject: (error: unknown) => void
}

interface Slot {
  readonly worker: WorkerProcess
  ready: boolean
  task: Task | undefined
  /** Why it could not load the model, as it said itself. */
  failure: SpeechError | undefined
}

/** A few workers, each with one loaded model, behind one bounded queue. A worker that dies is replaced and its job redone. */
export class WorkerPool {
  readonly ready: Promise<{ samplesPerFrame: number }>
  private readonly folder: ModelFolder
  private readonly limit: number
  private readonly answerMs: number
  private readonly queues: Record<Priority, Task[]> = { final: [], partial: [], file: [] }
  private readonly slots = new Set<Slot>()
  private readonly started = Promise.withResolvers<{ samplesPerFrame: number }>()
  private readonly restarts = new Set<NodeJS.Timeout>()
  private nextId = 1
  private hasBeenReady = false
  /** Weighted, since a worker last became ready. */
  private failedStarts = 0
  /** Why no more work is done. */
  private over: SpeechError | undefined

  constructor(folder: ModelFolder, options: { workers: number; queueLimit: number; answerMs?: number }) {
    this.folder = folder
    this.answerMs = options.answerMs ?? ANSWER_MS
    this.limit = options.queueLimit
    this.ready = this.started.promise
    // Whoever runs a job hears of a failed start; nobody has to be listening here.
    this.ready.catch(() => undefined)
    for (let i = 0; i < options.workers; i++) this.spawn()
  }

  get queued(): number {
    return ORDER.reduce((sum, priority) => sum + this.queues[priority].length, 0)
  }

  /**
   * Rejects with `engine.busy` when the queue is full, and after its end with the reason of it; with the signal's own when
   * the job is given up, which then no longer waits.
   */
  run<J extends Job>(job: J, priority: Priority, signal?: AbortSignal): Promise<ResultOf<J>>
  run(job: Job, priority: Priority, signal?: AbortSignal): Promise<WindowResult | SegmentResult> {
    if (this.over) return Promise.reject(this.over)
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.queued >= this.limit)
      return Promise.reject(
        new SpeechError('engine.busy', 'The speech queue is full.', { field: 'engine', retryable: true }),
      )
    const { promise, resolve, reject } = Promise.withResolvers<WindowResult | SegmentResult>()
    const task: Task = { id: this.nextId++, job, deaths: 0, signal, resolve, reject }
    const giveUp = (): void => {
      for (const queue of ORDER) this.queues[queue] = this.queues[queue].filter((other) => other !== task)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', giveUp)
    this.queues[priority].push(task)
    this.dispatch()
    return promise.finally(() => signal?.removeEventListener('abort', giveUp))
  }

  /** Process ids of the living workers, for metrics. */
  get pids(): number[] {
    return [...this.slots].flatMap((slot) => slot.worker.pid ?? [])
  }

  async close(): Promise<void> {
    await this.finish(new SpeechError('engine.closed', 'The speech engine is closed.', { field: 'engine' }))
  }

  private spawn(): void {
    const slot: Slot = {
      worker: new WorkerProcess(this.folder, {
        answerMs: this.answerMs,
        heard: (message) => this.hear(slot, message),
        ended: (death) => this.bury(slot, death),
      }),
      ready: false,
      task: undefined,
      failure: undefined,
    }
    this.slots.add(slot)
  }

  private hear(slot: Slot, message: FromWorker): void {
    if (message.kind === 'ready') {
      slot.ready = true
      this.hasBeenReady = true
      this.failedStarts = 0
      this.started.resolve({ samplesPerFrame: message.samplesPerFrame })
    } else if (message.kind === 'failed' && message.id === undefined) {
      slot.failure = asError(message)
      void slot.worker.kill()
      return
    } else {
      const { task } = slot
      slot.task = undefined
      if (message.kind === 'done') task?.resolve(message.result)
      else task?.reject(asError(message))
    }
    this.dispatch()
  }

  /** A dead worker's job goes first to whoever is free, and a new worker takes its place. */
  private bury(slot: Slot, death: Death): void {
    this.slots.delete(slot)
    const { task } = slot
    if (this.over) {
      task?.reject(this.over)
      return
    }
    if (task && (task.deaths += WEIGHT[death]) < MAX_DEATHS) {
      // A job that was given up does not come back.
      if (!task.signal?.aborted) this.queues.final.unshift(task)
    } else task?.reject(new SpeechError('model.failed', 'The speech model failed on a window.', { field: 'model' }))
    if (slot.ready) this.spawn()
    else this.startAgain(slot, death)
    this.dispatch()
  }

  private startAgain({ failure }: Slot, death: Death): void {
    this.failedStarts += failure ? 1 : WEIGHT[death]
    // What a model says against itself at the first look is final; a replacement may only have found the machine full.
    const isHopeless = this.failedStarts >= MAX_DEATHS || (failure && !this.hasBeenReady)
    if (isHopeless && ![...this.slots].some((other) => other.ready)) {
      const error = new SpeechError('model.failed', 'The speech workers do not start.', { field: 'model' })
      void this.finish(failure ?? error)
      return
    }
    const timer = setTimeout(
      () => {
        this.restarts.delete(timer)
        this.spawn()
      },
      death === 'killed' && !failure ? 0 : Math.min(RESTART_MS * 2 ** this.failedStarts, LONGEST_RESTART_MS),
    )
    this.restarts.add(timer)
  }

  /** Every job, now and later, ends with the reason. */
  private async finish(reason: SpeechError): Promise<void> {
    this.over ??= reason
    this.started.reject(this.over)
    for (const timer of this.restarts) clearTimeout(timer)
    for (const priority of ORDER) for (const task of this.queues[priority].splice(0)) task.reject(this.over)
    await Promise.all([...this.slots].map((slot) => slot.worker.kill()))
  }

  private dispatch(): void {
    for (const slot of this.slots) {
      if (!slot.ready || slot.task) continue
      const queue = ORDER.map((priority) => this.queues[priority]).find((tasks) => tasks.length > 0)
      const task = queue?.shift()
      if (!task) return
      slot.task = task
      slot.worker.send({ kind: 'job', id: task.id, job: task.job })
    }
  }
}

const CODES: ReadonlySet<string> = new Set<SpeechErrorCode>(['model.invalid', 'model.missing', 'model.failed'])

function asError(message: { code: string; field: string; message: string }): SpeechError {
  const code: SpeechErrorCode = isCode(message.code) ? message.code : 'model.failed'
  return new SpeechError(code, message.message, { field: message.field })
}

function isCode(code: string): code is SpeechErrorCode {
  return CODES.has(code)
}
