import type { Tile } from './tile.ts'

/** What a sparkline draws: seconds since 1970, and the values at these times; undefined where one was not measured. */
export interface Recent {
  times: number[]
  heartRate: (number | undefined)[]
  spo2: (number | undefined)[]
}

export interface RecentPoint {
  /** Epoch milliseconds. */
  at: number
  heartRate?: number | undefined
  spo2?: number | undefined
}

const spanMs = 15 * 60_000
/** Two points a second over a quarter of an hour would be 1,800: more than a sparkline has pixels. */
const mostPoints = 600

const none: Recent = { times: [], heartRate: [], spo2: [] }

/** The last quarter of an hour of everybody on the board, gathered as tiles come in. */
export class RecentValues {
  readonly #points = new Map<string, ReadonlyMap<number, RecentPoint>>()
  readonly #drawn = new Map<string, Recent>()
  readonly #taken = new Map<string, Tile>()

  /** The same object until something is added. */
  of(patientId: string): Recent {
    return this.#drawn.get(patientId) ?? none
  }

  /** Takes a tile's newest values, each at its own time. */
  take(tile: Tile): void {
    if (this.#taken.get(tile.patientId) === tile) return
    this.#taken.set(tile.patientId, tile)
    const { heartRate, spo2 } = tile.latest
    this.add(tile.patientId, [
      ...(heartRate ? [{ at: Date.parse(heartRate.at), heartRate: heartRate.value }] : []),
      ...(spo2 ? [{ at: Date.parse(spo2.at), spo2: spo2.value }] : []),
    ])
  }

  /** Merges points of any order in; a value of a time that has one is left out. */
  add(patientId: string, points: readonly RecentPoint[]): void {
    const known = this.#points.get(patientId)
    const merged = new Map(known)
    let hasNews = false
    for (const point of points) {
      const there = merged.get(point.at)
      const { heartRate = point.heartRate, spo2 = point.spo2 } = there ?? {}
      if (heartRate === there?.heartRate && spo2 === there?.spo2) continue
      merged.set(point.at, { at: point.at, heartRate, spo2 })
      hasNews = true
    }
    if (!hasNews) return
    const sorted = [...merged.values()].sort((a, b) => a.at - b.at)
    const since = (sorted.at(-1)?.at ?? 0) - spanMs
    const kept = sorted.filter(({ at }) => at >= since).slice(-mostPoints)
    this.#points.set(patientId, new Map(kept.map((point) => [point.at, point])))
    this.#drawn.set(patientId, {
      times: kept.map(({ at }) => at / 1000),
      heartRate: kept.map(({ heartRate }) => heartRate),
      spo2: kept.map(({ spo2 }) => spo2),
    })
  }
}
