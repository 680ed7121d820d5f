import { urgency } from '../alarms/severity.ts'
import type { Tile } from './tile.ts'

export type BoardOrder = 'bed' | 'severity'

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** By bed as people count them (2 before 10); who has no bed comes last, by name. */
function byBed(a: Tile, b: Tile): number {
  if ((a.bed === null) !== (b.bed === null)) return a.bed === null ? 1 : -1
  return (
    natural.compare(a.bed ?? '', b.bed ?? '') ||
    natural.compare(a.familyName, b.familyName) ||
    (a.patientId < b.patientId ? -1 : 1)
  )
}

/** The worst alarm first, then the higher NEWS2; a score that cannot be made counts as none. */
function bySeverity(now: number): (a: Tile, b: Tile) => number {
  const worst = (tile: Tile) => Math.max(0, ...tile.alarms.map((alarm) => urgency(alarm, now)))
  const score = ({ news2 }: Tile) => (news2 === null || news2.status === 'refused' ? -1 : news2.score)
  const single = ({ news2 }: Tile) => Number(news2 !== null && news2.status !== 'refused' && news2.hasSingleThree)
  return (a, b) => worst(b) - worst(a) || score(b) - score(a) || single(b) - single(a) || byBed(a, b)
}

/** The tiles to show, in order. */
export function arrange(
  tiles: Iterable<Tile>,
  { order, onlyAlarms, now }: { order: BoardOrder; onlyAlarms: boolean; now: number },
): Tile[] {
  const shown = [...tiles].filter((tile) => !onlyAlarms || tile.alarms.length > 0)
  return shown.sort(order === 'bed' ? byBed : bySeverity(now))
}
