import { EventEmitter } from 'node:events'

/**
 * What processes tell each other after a commit: ids only, so that nothing but the database holds patient data, and
 * only hints, so that a lost one costs time (hubs also look by themselves) and never data.
 */
export type BusMessage =
  /** Readings, alarms or admissions of this hospital changed. */
  | { type: 'bedside'; hospitalId: string }
  /** Somebody's access changed: streams check again whether they may go on. */
  | { type: 'access'; hospitalId: string | null }
  | { type: 'session-ended'; userId: string }
  | { type: 'thresholds'; hospitalId: string }

type Listener = (message: BusMessage) => void

/** The bus within one process. `listen` in `notifications.ts` joins it to the other processes on the same database. */
export class Bus {
  readonly #emitter = new EventEmitter().setMaxListeners(0)

  publish(message: BusMessage): void {
    this.#emitter.emit('message', message)
  }

  subscribe(listener: Listener): () => void {
    this.#emitter.on('message', listener)
    return () => this.#emitter.off('message', listener)
  }
}
