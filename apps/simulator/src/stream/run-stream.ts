import type { BatchResult, Bedside, BedsidePatient, Reading } from '../bedside.ts'
import type { Clock } from '../clock.ts'
import type { Acknowledgements } from '../sending/acknowledgements.ts'
import type { ScenarioName } from '../scenarios/catalogue.ts'
import { Sender } from '../sending/sender.ts'
import type { Episode } from './episode.ts'
import { SimulatedPatient } from './simulated-patient.ts'
import { Timeline } from './timeline.ts'

export interface StreamOptions {
  bedside: Pick<Bedside, 'recordBatch'>
  patients: readonly BedsidePatient[]
  /** Readings/s of all patients together. */
  rate: number
  /** Seconds; 0 streams until the signal aborts. */
  durationS: number
  scenario: ScenarioName
  seed: number
  /** Simulated seconds per second. */
  speed: number
  /** Most readings in a request. */
  batch: number
  /** Index of the first patient: chooses the streams of random numbers, so that two simulators side by side differ. */
  startId?: number
  /** Requests on their way at the same time. */
  lanes?: number
  /** Most readings that wait for an answer. */
  buffer?: number
  clock: Clock
  signal?: AbortSignal
  /** Simulated start (epoch ms): with it and a seed, two runs send byte for byte the same. */
  simulatedStart?: number | undefined
  /** How long unanswered readings are waited for at the end. */
  graceMs?: number
  onFigures?: (figures: StreamFigures) => void
  /** Told what became of each batch, once the server has answered. */
  onSettled?: (readings: readonly Reading[], result: BatchResult) => void
}

export interface StreamFigures {
  elapsedS: number
  /** Measured at the bedside so far. */
  generated: number
  backlog: number
  acknowledgements: Acknowledgements
}

export interface StreamOutcome extends StreamFigures {
  targetRate: number
  /** Acknowledged readings/s. */
  achievedRate: number
  /** How much of the target rate was kept up, acknowledgement included: 1 is all. */
  efficiency: number
  simulated: { from: number; to: number }
  /** When the run started on the real clock (epoch ms). */
  startedAt: number
  episodes: Episode[]
  scenarios: Record<string, number>
}

/**
 * Streams patients on an absolute schedule: reading k is due at start + k/rate whatever happened before it, patients take
 * turns, and the source time is the time it was due. When the server is slow readings wait in a bounded buffer.
 * @throws BedsideError when the server refuses the login.
 */
export async function runStream(options: StreamOptions): Promise<StreamOutcome> {
  const { clock, rate, durationS } = options
  const startedAt = clock.now()
  const timeline = new Timeline({ ...options, startedAt })
  const patients = options.patients.map(
    (target, place) =>
      new SimulatedPatient({
        seed: options.seed,
        index: (options.startId ?? 1) + place,
        target,
        scenario: options.scenario,
        startsAt: timeline.simulatedStart,
      }),
  )
  const lanes = Math.min(options.lanes ?? 2, patients.length)
  const sender = new Sender({ ...options, lanes, buffer: options.buffer ?? 100_000 })
  const scheduled = durationS > 0 ? Math.floor(rate * durationS) : Number.POSITIVE_INFINITY
  const leaving: Reading[] = []
  let generated = 0
  let sourceTime = timeline.simulatedStart
  const isOver = () => options.signal?.aborted === true || sender.refusal !== undefined
  const hand = (place: number) => {
    for (const reading of leaving) sender.offer(place, reading)
    leaving.length = 0
  }
  const figures = (): StreamFigures => ({
    elapsedS: (clock.now() - startedAt) / 1000,
    generated,
    backlog: sender.backlog,
    acknowledgements: sender.acknowledgements,
  })

  while (generated < scheduled && !isOver()) {
    const due = Math.min(scheduled, Math.floor(((clock.now() - startedAt) / 1000) * rate) + 1)
    const until = Math.min(due, generated + MOST_AT_ONCE)
    for (; generated < until; generated++) {
      const place = generated % patients.length
      sourceTime = timeline.sourceTime(startedAt + (generated * 1000) / rate)
      patients[place]?.read(sourceTime, leaving)
      hand(place)
    }
    sender.kick()
    options.onFigures?.(figures())
    const nextDue = startedAt + (generated * 1000) / rate
    await clock.sleep(Math.max(generated < due ? 0 : SHORTEST_TICK_MS, nextDue - clock.now()), options.signal)
  }
  for (const [place, patient] of patients.entries()) {
    patient.flush(leaving)
    hand(place)
  }
  await sender.drain(options.graceMs ?? 10_000)
  if (sender.refusal !== undefined) throw sender.refusal

  const last = figures()
  const kept = (generated - sender.acknowledgements.unacknowledged) / last.elapsedS
  return {
    ...last,
    startedAt,
    targetRate: rate,
    achievedRate: sender.acknowledgements.acknowledged / last.elapsedS,
    efficiency: Math.min(1, kept / rate),
    simulated: { from: timeline.simulatedStart, to: sourceTime },
    episodes: patients.flatMap((patient) => patient.episodes),
    scenarios: countBy(patients),
  }
}

function countBy(patients: readonly SimulatedPatient[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { scenario } of patients) counts[scenario] = (counts[scenario] ?? 0) + 1
  return counts
}

/** At low rates a request leaves with each reading; at 30,000/s one each 10 ms carries 300. */
const SHORTEST_TICK_MS = 10

/** Readings made before the event loop gets its turn (about 5 ms of work). */
const MOST_AT_ONCE = 5000
