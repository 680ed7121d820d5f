import type { Bedside, BedsidePatient } from '../bedside.ts'
import type { Clock } from '../clock.ts'
import { Sender } from '../sending/sender.ts'
import { placeRecording } from './placement.ts'
import type { Recording } from './recording.ts'
import { RowOutcomes } from './row-outcomes.ts'

export interface ReplayOptions {
  bedside: Pick<Bedside, 'recordBatch'>
  patients: readonly BedsidePatient[]
  recording: Recording
  /** Recorded seconds per second; 0 goes as fast as the server acknowledges. */
  speed: number
  keepTimes: boolean
  batch: number
  lanes: number
  clock: Clock
  signal?: AbortSignal
  graceMs?: number
  onFigures?: (figures: ReplayFigures) => void
}

export interface ReplayFigures {
  elapsedS: number
  sent: number
  of: number
  backlog: number
  outcomes: RowOutcomes
}

/**
 * Sends a recording in the order of time; a slow server is waited for, nothing is given up before the end.
 * @throws BedsideError when the server refuses the login.
 */
export async function runReplay(options: ReplayOptions): Promise<ReplayFigures> {
  const { clock, recording, speed } = options
  const startedAt = clock.now()
  const placed = placeRecording(recording, { ...options, endsAt: Math.floor(startedAt) })
  const outcomes = new RowOutcomes(recording)
  for (const { reading, rows } of placed) outcomes.expect(reading, rows)
  const buffer = options.batch * options.lanes * BATCHES_WAITING
  const sender = new Sender({
    ...options,
    buffer: buffer * options.lanes,
    onSettled: (readings, result) => outcomes.settle(readings, result),
  })
  const first = placed[0]?.reading.at ?? 0
  let sent = 0
  const figures = (): ReplayFigures => ({
    elapsedS: (clock.now() - startedAt) / 1000,
    sent,
    of: placed.length,
    backlog: sender.backlog,
    outcomes,
  })
  while (sent < placed.length && options.signal?.aborted !== true && sender.refusal === undefined) {
    const reached = speed === 0 ? Infinity : first + (clock.now() - startedAt) * speed
    for (let next = placed[sent]; next !== undefined; next = placed[sent]) {
      if (next.reading.at > reached || sender.backlog >= buffer) break
      sender.offer(next.place, next.reading)
      sent++
    }
    sender.kick()
    options.onFigures?.(figures())
    const wait = speed === 0 ? 0 : ((placed[sent]?.reading.at ?? first) - reached) / speed
    await clock.sleep(Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, wait)), options.signal)
  }
  await sender.drain(options.graceMs ?? 60_000, options.signal)
  if (sender.refusal !== undefined) throw sender.refusal
  return figures()
}

const BATCHES_WAITING = 2
const SHORTEST_WAIT_MS = 2
/** So that a pause in the recording does not hide Ctrl-C or stop the figures. */
const LONGEST_WAIT_MS = 1000
