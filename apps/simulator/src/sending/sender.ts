import type { BatchResult, Bedside, BedsideError, Reading } from '../bedside.ts'
import type { Clock } from '../clock.ts'
import { Random } from '../physiology/random.ts'
import { Acknowledgements } from './acknowledgements.ts'
import { Lane } from './lane.ts'

export interface SenderOptions {
  bedside: Pick<Bedside, 'recordBatch'>
  clock: Clock
  lanes: number
  batch: number
  /** Most readings that wait for an answer, over all lanes. */
  buffer: number
  onSettled?: (readings: readonly Reading[], result: BatchResult) => void
}

/** Several lanes side by side; a patient always takes the same one. */
export class Sender {
  readonly acknowledgements = new Acknowledgements()
  readonly #lanes: Lane[]
  readonly #clock: Clock
  #refusal: BedsideError | undefined

  constructor(options: SenderOptions) {
    const jitter = new Random(options.lanes)
    this.#clock = options.clock
    this.#lanes = Array.from(
      { length: options.lanes },
      () =>
        new Lane({
          send: (readings) => options.bedside.recordBatch(readings),
          clock: options.clock,
          acknowledgements: this.acknowledgements,
          batch: options.batch,
          capacity: Math.max(options.batch, Math.floor(options.buffer / options.lanes)),
          jitter: () => jitter.next(),
          onSettled: options.onSettled,
          onRefusedLogin: (error) => (this.#refusal = error),
        }),
    )
  }

  /** Set once the server refused the login: the run cannot go on. */
  get refusal(): BedsideError | undefined {
    return this.#refusal
  }

  get backlog(): number {
    let backlog = 0
    for (const lane of this.#lanes) backlog += lane.backlog
    return backlog
  }

  offer(patient: number, reading: Reading): void {
    this.#lanes[patient % this.#lanes.length]?.offer(reading)
  }

  kick(): void {
    for (const lane of this.#lanes) lane.kick()
  }

  /** Waits for all answers, at most `graceMs`; then gives up and counts what had none. */
  async drain(graceMs: number, signal?: AbortSignal): Promise<void> {
    const settled = Promise.all(this.#lanes.map((lane) => lane.settle()))
    const stop = new AbortController()
    const onAbort = () => stop.abort()
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted === true) stop.abort()
    await Promise.race([settled, this.#clock.sleep(graceMs, stop.signal)])
    stop.abort()
    signal?.removeEventListener('abort', onAbort)
    for (const lane of this.#lanes) lane.giveUp()
    // A request that is on its way still has its own time limit; its answer counts.
    await settled
  }
}
