import type { Database } from '../database/open-database.ts'
import {
  changedTiles,
  type LiveEvent,
  type LiveTile,
  type Look,
  newEvents,
  type NewReadings,
  newReadings,
  onOneSnapshot,
} from './look.ts'
import { hospitalScope } from '../row-security/scope.ts'
import type { Snapshot } from './snapshot.ts'

export interface FeedListener {
  /** The patient whose every reading is wanted; null for boards and alarms. */
  patientId: string | null
  take: (look: Look) => void
  fail: (error: unknown) => void
}

/** At most ten looks a second: what lies between two of them is one frame, which is what keeps fan-out affordable. */
const shortestPauseMs = 100
/** A look even when nobody said that something changed: a lost notification costs a second, never a reading. */
const longestPauseMs = 1_000
/** How long the database may fail to answer before the streams are told, whose clients then try elsewhere. */
const defaultPatienceMs = 15_000
/** More readings of the watched patients within one look than this, and the oldest are left out, and counted: history has them. */
const defaultReadingsPerLook = 20_000

/**
 * The live changes of one hospital within one process: one look at the database for all who watch, shared among them.
 * Each look covers exactly what became visible since the one before.
 */
export class HospitalFeed {
  readonly hospitalId: string
  readonly #db: Database
  readonly #listeners = new Set<FeedListener>()
  #snapshot: Snapshot | undefined
  #timer: NodeJS.Timeout | undefined
  #lookedAt = 0
  #isLooking = false
  #isDue = false
  #failingSince: number | undefined
  readonly #waiting: (() => void)[] = []
  readonly #unsubscribe: () => void
  readonly #onIdle: () => void
  readonly #readingsPerLook: number
  readonly #patienceMs: number

  constructor(
    db: Database,
    hospitalId: string,
    onIdle: () => void,
    { readingsPerLook = defaultReadingsPerLook, patienceMs = defaultPatienceMs } = {},
  ) {
    this.#db = db
    this.hospitalId = hospitalId
    this.#onIdle = onIdle
    this.#readingsPerLook = readingsPerLook
    this.#patienceMs = patienceMs
    this.#unsubscribe = db.bus.subscribe((message) => {
      if (message.type === 'bedside' && message.hospitalId === hospitalId) this.#hurry()
    })
  }

  /**
   * Registers a listener and waits until the feed stands on a snapshot and no look is under way that began without it:
   * such a look does not ask for the listener's patient, yet the one after it begins where it ended. A snapshot taken
   * now is therefore not older than any look the listener was left out of, and nothing falls in between.
   */
  async add(listener: FeedListener): Promise<() => void> {
    this.#listeners.add(listener)
    if (this.#timer === undefined && !this.#isLooking) this.#schedule(0)
    if (this.#snapshot === undefined || this.#isLooking) {
      await new Promise<void>((standing) => this.#waiting.push(standing))
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#stop()
    }
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#unsubscribe()
    this.#onIdle()
  }

  #hurry(): void {
    if (this.#isDue) return
    this.#isDue = true
    if (!this.#isLooking) this.#schedule(Math.max(0, this.#lookedAt + shortestPauseMs - Date.now()))
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), ms)
  }

  async #look(): Promise<void> {
    if (this.#listeners.size === 0) return
    this.#isLooking = true
    this.#isDue = false
    this.#lookedAt = Date.now()
    try {
      const since = this.#snapshot
      const patientIds = [...this.#listeners].flatMap(({ patientId }) => patientId ?? [])
      const { hospitalId } = this
      const { snapshot, found } = await onOneSnapshot(
        { scoped: this.#db.scoped, scope: hospitalScope(hospitalId) },
        async (sql) =>
          since === undefined
            ? ([[], { readings: [], leftOut: new Map() }, []] satisfies [LiveTile[], NewReadings, LiveEvent[]])
            : Promise.all([
                changedTiles(sql, hospitalId, since),
                newReadings(sql, { hospitalId, patientIds, since, limit: this.#readingsPerLook }),
                newEvents(sql, hospitalId, since),
              ]),
      )
      const [tiles, { readings, leftOut }, events] = found
      const look: Look = { snapshot, tiles, readings, leftOut, events }
      this.#snapshot = look.snapshot
      this.#failingSince = undefined
      for (const standing of this.#waiting.splice(0)) standing()
      for (const listener of this.#listeners) listener.take(look)
    } catch (error) {
      // The snapshot stays: the next look covers this one's span too. A database that stays away ends the streams.
      this.#failingSince ??= this.#lookedAt
      if (Date.now() - this.#failingSince >= this.#patienceMs) {
        for (const listener of this.#listeners) listener.fail(error)
        for (const standing of this.#waiting.splice(0)) standing()
      }
    } finally {
      this.#isLooking = false
      if (this.#listeners.size > 0) {
        this.#schedule(
          this.#isDue && this.#failingSince === undefined
            ? Math.max(0, this.#lookedAt + shortestPauseMs - Date.now())
            : longestPauseMs,
        )
      }
    }
  }
}

/** The feeds in use, by hospital. */
export class Feeds {
  readonly #db: Database
  readonly #feeds = new Map<string, HospitalFeed>()

  constructor(db: Database) {
    this.#db = db
  }

  of(hospitalId: string): HospitalFeed {
    const known = this.#feeds.get(hospitalId)
    if (known) return known
    const feed = new HospitalFeed(this.#db, hospitalId, () => this.#feeds.delete(hospitalId))
    this.#feeds.set(hospitalId, feed)
    return feed
  }
}
