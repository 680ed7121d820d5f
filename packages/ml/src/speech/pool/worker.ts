import { SpeechError } from '../errors.ts'
import type { FromWorker, ToWorker } from './jobs.ts'
import { Performer } from './perform.ts'

const send = process.send?.bind(process)
if (!send) throw new Error('This file runs as a worker of the speech pool.')

// Ctrl-C and a service manager's signal reach the whole group; when work ends is the server's to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
// The server is gone, however it went.
process.once('disconnect', () => process.exit())

let performer: Performer | undefined
let last: Promise<void> = Promise.resolve()
process.on('message', (message: ToWorker) => {
  last = last.then(() => answer(message))
})

async function answer(message: ToWorker): Promise<void> {
  const id = message.kind === 'job' ? message.id : undefined
  try {
    if (message.kind === 'load') {
      performer = await Performer.load(message.folder)
      tell({ kind: 'ready', samplesPerFrame: performer.acoustic.samplesPerFrame })
    } else if (performer) {
      tell({ kind: 'done', id: message.id, result: await performer.perform(message.job) })
    }
  } catch (error) {
    const known = error instanceof SpeechError ? error : undefined
    tell({
      kind: 'failed',
      id,
      code: known?.code ?? 'model.failed',
      field: known?.field ?? 'model',
      message: known?.message ?? 'The speech model failed on a window.',
    })
  }
}

function tell(message: FromWorker): void {
  send?.(message, undefined, undefined, (error) => {
    // Nobody listens any more.
    if (error) process.exit()
  })
}
