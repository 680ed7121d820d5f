import type { AlarmEvent, Tile, WardBeat } from '../router.ts'
import { keepNewest } from './keep-newest.ts'

/** A ward as its board shows it. */
export interface WardState {
  /** By bed, then record number. An unchanged tile stays the same object. */
  tiles: readonly Tile[]
  /** The newest alarm events since the board was opened, in order. */
  alarmEvents: readonly AlarmEvent[]
}

export const emptyWard: WardState = { tiles: [], alarmEvents: [] }

const order = new Intl.Collator(undefined, { numeric: true })

function byPlace(a: Tile, b: Tile): number {
  return order.compare(a.bed ?? '', b.bed ?? '') || order.compare(a.mrn, b.mrn)
}

export function reduceWard({ tiles, alarmEvents }: WardState, beat: WardBeat): WardState {
  const shown = new Map(beat.kind === 'board' ? [] : tiles.map((tile) => [tile.patientId, tile]))
  for (const patientId of beat.gone) shown.delete(patientId)
  for (const tile of beat.tiles) shown.set(tile.patientId, tile)
  return { tiles: [...shown.values()].sort(byPlace), alarmEvents: keepNewest(alarmEvents, beat.alarms) }
}
