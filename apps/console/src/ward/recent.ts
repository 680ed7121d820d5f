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
  heartRate: number | undefined
  spo2: number | undefined
}

const spanSeconds = 15 * 60
/** Two points a second over a quarter of an hour would be 1,800: more than a sparkline has pixels. */
const mostPoints = 600

const none: Recent = { times: [], heartRate: [], spo2: [] }

/** The last quarter of an hour of everybody on the board, gathered as tiles come in. */
export class RecentValues {
  readonly #ofPatient = new Map<string, Recent>()

  of(patientId: string): Recent {
    return this.#ofPatient.get(patientId) ?? none
  }

  /** Takes a tile's newest values, unless they are the ones already known. */
  take(tile: Tile): void {
    const { heartRate, spo2 } = tile.latest
    const at = Math.max(heartRate ? Date.parse(heartRate.at) : 0, spo2 ? Date.parse(spo2.at) : 0)
    if (at === 0 || this.of(tile.patientId).times.at(-1) === at / 1000) return
    const valueAt = (measured: { value: number; at: string } | null) =>
      measured !== null && Date.parse(measured.at) === at ? measured.value : undefined
    this.add(tile.patientId, [{ at, heartRate: valueAt(heartRate), spo2: valueAt(spo2) }])
  }

  /** Merges points of any order in; a point of a known time is left out. */
  add(patientId: string, points: readonly RecentPoint[]): void {
    const known = this.of(patientId)
    const times = new Set(known.times)
    const merged: RecentPoint[] = known.times.map((seconds, index) => ({
      at: seconds * 1000,
      heartRate: known.heartRate[index],
      spo2: known.spo2[index],
    }))
    const before = merged.length
    for (const point of points) if (!times.has(point.at / 1000)) merged.push(point)
    if (merged.length === before) return
    merged.sort((a, b) => a.at - b.at)
    const since = (merged.at(-1)?.at ?? 0) - spanSeconds * 1000
    const kept = merged.filter(({ at }) => at >= since).slice(-mostPoints)
    this.#ofPatient.set(patientId, {
      times: kept.map(({ at }) => at / 1000),
      heartRate: kept.map(({ heartRate }) => heartRate),
      spo2: kept.map(({ spo2 }) => spo2),
    })
  }
}
