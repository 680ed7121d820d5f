import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ModelFolder } from '../model/model-folder.ts'
import type { FromWorker, ToWorker } from './jobs.ts'

/** What a program needs to start; the rest of the server's environment, its keys above all, is no recogniser's business. */
const ENVIRONMENT = [
  'PATH',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'SYSTEMROOT',
  'TMPDIR',
  'TEMP',
  'TMP',
  'TZ',
  'LANG',
]

/** `killed` from outside, or `crashed` by its own doing, which includes being stuck. */
export type Death = 'killed' | 'crashed'

/**
 * One recogniser in a process of its own. A thread would be lighter, but onnxruntime aborts the whole process when its
 * thread is ended during a call, and a fault in native code always does: nothing that happens here may take the server
 * along.
 */
export class WorkerProcess {
  private readonly child: ChildProcess
  private watch: NodeJS.Timeout | undefined
  private isStuck = false
  private readonly gone = Promise.withResolvers<void>()

  private readonly answerMs: number

  /** `ended` is called once; it may be the only call where no process can be started. Nothing is heard after it. */
  constructor(
    folder: ModelFolder,
    {
      answerMs,
      heard,
      ended,
    }: { answerMs: number; heard: (message: FromWorker) => void; ended: (death: Death) => void },
  ) {
    this.answerMs = answerMs
    this.child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), [], {
      // Structured clone: windows and probabilities go over as the bytes they are.
      serialization: 'advanced',
      // glibc would otherwise keep an arena for each of its threads.
      env: { ...environment(), MALLOC_ARENA_MAX: '1' },
      // The beam makes many short-lived objects; a small nursery keeps memory down at no cost in speed.
      execArgv: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    let isOver = false
    const end = (death: Death): void => {
      if (isOver) return
      isOver = true
      clearTimeout(this.watch)
      this.gone.resolve()
      ended(death)
    }
    this.child.on('message', (message: FromWorker) => {
      if (isOver) return
      this.watchOver(false)
      heard(message)
    })
    // Without a process there will be no exit; after any other error there is one.
    this.child.on('error', () => (this.child.pid === undefined ? end('crashed') : this.child.kill('SIGKILL')))
    this.child.once('exit', (_code, signal) =>
      end(!this.isStuck && (signal === 'SIGKILL' || signal === 'SIGTERM') ? 'killed' : 'crashed'),
    )
    this.send({ kind: 'load', folder })
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  /** Asks for one answer. Until it comes the process is watched and keeps ours alive; an idle one does not. */
  send(message: ToWorker): void {
    this.watchOver(true)
    this.child.send(message, (error) => {
      // It cannot be reached any more: its end, which is told apart, says the rest.
      if (error) this.child.kill('SIGKILL')
    })
  }

  /** Ends it at once: it holds nothing that would be lost. */
  async kill(): Promise<void> {
    this.child.ref()
    this.child.kill('SIGKILL')
    await this.gone.promise
  }

  private watchOver(expectsAnswer: boolean): void {
    clearTimeout(this.watch)
    if (!expectsAnswer) {
      this.child.unref()
      this.child.channel?.unref()
      return
    }
    this.child.ref()
    this.child.channel?.ref()
    this.watch = setTimeout(() => {
      this.isStuck = true
      this.child.kill('SIGKILL')
    }, this.answerMs)
  }
}

function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(ENVIRONMENT.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}
