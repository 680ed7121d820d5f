import { type Bedside, BedsideError, type LiveEvent } from '../bedside.ts'
import type { Clock } from '../clock.ts'
import { Latency } from '../latency.ts'
import { type LossCount, ReadingLedger } from './reading-ledger.ts'

/** A ward or a patient to watch. */
export interface Subject {
  kind: 'ward' | 'patient'
  id: string
}

export interface WatchOptions {
  bedside: Pick<Bedside, 'watchWard' | 'watchPatient'>
  /** Watchers are dealt out over them in turn. */
  subjects: readonly Subject[]
  watchers: number
  /** 0 watches until the signal aborts. */
  durationS: number
  clock: Clock
  signal: AbortSignal
  onFigures?: (figures: WatchFigures) => void
}

export interface WatchFigures {
  elapsedS: number
  watchers: number
  /** Readings that arrived, over all watchers. */
  arrived: number
  alarms: number
  resumed: number
  /** Streams that ended with a failure before the run did, by code. */
  broken: Map<string, number>
  /** Source time to arrival, every reading at every watcher. */
  latency: Latency
}

export interface WatchOutcome extends WatchFigures {
  loss: LossCount
}

/** Opens the watchers and measures until time is up; a stream that fails is counted, the others go on. */
export async function runWatch(options: WatchOptions): Promise<WatchOutcome> {
  const { clock, subjects, watchers } = options
  const startedAt = clock.now()
  const time = new AbortController()
  const signal = AbortSignal.any([options.signal, time.signal])
  const figures = { arrived: 0, alarms: 0, resumed: 0, broken: new Map<string, number>(), latency: new Latency() }
  const ledgers = subjects.map(
    (_, place) => new ReadingLedger(watchersOf(place, { watchers, subjects: subjects.length })),
  )
  const present = (): WatchFigures => ({ ...figures, watchers, elapsedS: (clock.now() - startedAt) / 1000 })

  const take = (event: LiveEvent, to: { ledger: ReadingLedger; watcher: number }) => {
    if (event.kind === 'alarm') figures.alarms++
    else if (event.kind === 'resumed') figures.resumed++
    else {
      const now = clock.now()
      if (!to.ledger.see(to.watcher, { ...event, now })) return
      figures.arrived++
      figures.latency.record(now - event.at)
    }
  }
  const watch = async (watcher: number) => {
    const subject = subjects[watcher % subjects.length]
    const ledger = ledgers[watcher % subjects.length]
    if (subject === undefined || ledger === undefined) return
    const seat = { ledger, watcher: Math.floor(watcher / subjects.length) }
    try {
      const { bedside } = options
      const events =
        subject.kind === 'ward' ? bedside.watchWard(subject.id, signal) : bedside.watchPatient(subject.id, signal)
      for await (const event of events) take(event, seat)
      if (!signal.aborted) figures.broken.set('ended', (figures.broken.get('ended') ?? 0) + 1)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof BedsideError)) throw error
      figures.broken.set(error.code, (figures.broken.get(error.code) ?? 0) + 1)
    }
  }

  const watching = Promise.all(Array.from({ length: watchers }, (_, watcher) => watch(watcher)))
  const streams = { areOver: false }
  const over = watching.then(() => void (streams.areOver = true))
  while (!signal.aborted && !streams.areOver) {
    const left = options.durationS === 0 ? Infinity : options.durationS * 1000 - (clock.now() - startedAt)
    if (left <= 0) break
    await Promise.race([over, clock.sleep(Math.min(TICK_MS, left), signal)])
    for (const ledger of ledgers) ledger.sweep(clock.now())
    options.onFigures?.(present())
  }
  const stoppedAt = clock.now()
  time.abort()
  await watching
  const loss = { readings: 0, expected: 0, lost: 0, repeated: 0, late: 0 }
  for (const ledger of ledgers) {
    const counts = ledger.finish(stoppedAt - SETTLING_MS)
    for (const name of ['readings', 'expected', 'lost', 'repeated', 'late'] as const) loss[name] += counts[name]
  }
  return { ...present(), loss }
}

function watchersOf(place: number, { watchers, subjects }: { watchers: number; subjects: number }): number {
  return Math.floor(watchers / subjects) + (place < watchers % subjects ? 1 : 0)
}

const TICK_MS = 250
/** A reading seen by one watcher this shortly before the end may still be on its way to another. */
const SETTLING_MS = 1000
