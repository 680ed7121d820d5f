import type { PatientInBed, Tile, TileAlarm } from '../ward/tile.ts'
import { attentionRank, attentionOf, levelRank } from './severity.ts'

export interface OpenAlarm extends TileAlarm {
  patient: PatientInBed
}

/** Every open alarm of a ward: what nobody has answered first, each by level, the newest first among equals. */
export function openAlarms(tiles: Iterable<Tile>, now: number): OpenAlarm[] {
  const alarms: OpenAlarm[] = []
  for (const { patientId, bed, givenName, familyName, alarms: own } of tiles) {
    for (const alarm of own) alarms.push({ ...alarm, patient: { patientId, bed, givenName, familyName } })
  }
  const rank = (alarm: OpenAlarm) => attentionRank[attentionOf(alarm, now)] * 10 + levelRank[alarm.level]
  return alarms.sort((a, b) => rank(b) - rank(a) || (a.raisedAt < b.raisedAt ? 1 : -1))
}
