import type { AlarmsBeat, PatientBeat, WardBeat } from '../router.ts'

/** What a stream needs to know of its beats. */
export interface BeatKind<Beat> {
  /** False for a heartbeat, which only says that the line is alive. */
  isNews: (beat: Beat) => boolean
  /** What two beats say together: vitals merge, alarm events never. */
  merge: (older: Beat, newer: Beat) => Beat
  /** What must not be merged away, counted. */
  weight: (beat: Beat) => number
}

export const wardBeats: BeatKind<WardBeat> = {
  isNews: ({ kind }) => kind !== 'heartbeat',
  merge: (older, newer) => {
    const alarms = [...older.alarms, ...newer.alarms]
    if (newer.kind === 'board') return { ...newer, alarms }
    const tiles = new Map([...older.tiles, ...newer.tiles].map((tile) => [tile.patientId, tile]))
    const gone = new Set([...older.gone, ...newer.gone])
    for (const patientId of newer.gone) tiles.delete(patientId)
    for (const { patientId } of newer.tiles) gone.delete(patientId)
    return { ...newer, kind: older.kind, tiles: [...tiles.values()], gone: [...gone], alarms }
  },
  weight: ({ alarms }) => alarms.length,
}

export const patientBeats: BeatKind<PatientBeat> = {
  isNews: ({ kind }) => kind !== 'heartbeat',
  merge: (older, newer) => ({
    ...newer,
    tile: newer.tile ?? older.tile,
    readings: [...older.readings, ...newer.readings],
    skipped: older.skipped + newer.skipped,
    alarms: [...older.alarms, ...newer.alarms],
    isDischarged: older.isDischarged || newer.isDischarged,
  }),
  weight: ({ readings, alarms }) => readings.length + alarms.length,
}

export const alarmsBeats: BeatKind<AlarmsBeat> = {
  isNews: ({ open, events }) => open !== null || events.length > 0,
  merge: (older, newer) => ({
    ...newer,
    open: newer.open ?? older.open,
    events: [...older.events, ...newer.events],
  }),
  weight: ({ events }) => events.length,
}
