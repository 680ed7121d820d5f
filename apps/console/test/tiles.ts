import type { Tile, TileAlarm } from '../src/ward/tile.ts'

/** When everything in these tests happens. */
export const noon = Date.parse('2026-11-22T12:00:00.000Z')
export const before = (ms: number): string => new Date(noon - ms).toISOString()

const silent: Tile['latest'] = {
  heartRate: null,
  spo2: null,
  systolic: null,
  diastolic: null,
  temperature: null,
  respiration: null,
  consciousness: null,
  supplementalOxygen: null,
}

export function tileOf(part: Partial<Tile> = {}): Tile {
  return {
    patientId: part.mrn ?? 'p1',
    wardId: 'w1',
    bed: '1',
    givenName: 'Ada',
    familyName: 'Okafor',
    mrn: '100',
    latest: silent,
    news2: null,
    at: before(2_000),
    receivedAt: before(2_000),
    readings: 1,
    monitoring: 'continuous',
    alarms: [],
    ...part,
  }
}

export function alarmOf(part: Partial<TileAlarm> = {}): TileAlarm {
  return {
    id: 'a1',
    rule: 'threshold:spo2:critical:low',
    level: 'critical',
    status: 'raised',
    parameter: 'spo2',
    value: 84,
    limit: 88,
    raisedAt: before(60_000),
    snoozedUntil: null,
    ...part,
  }
}

export function scored(score: number, part: { hasSingleThree?: boolean; everyMinutes?: number } = {}): Tile['news2'] {
  return {
    status: 'complete',
    score,
    subscores: {},
    hasSingleThree: part.hasSingleThree ?? false,
    band: score > 6 ? 'high' : score > 4 ? 'medium' : part.hasSingleThree ? 'low-medium' : 'low',
    recommendedIntervalMinutes: part.everyMinutes ?? 360,
    missing: [],
    stale: [],
  }
}
