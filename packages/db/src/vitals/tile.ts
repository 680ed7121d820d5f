import type { alarmLevels, alarmStatuses } from '../alarms/alarm.entity.ts'
import type { MonitorState } from './monitor-state.ts'
import type { News2Result } from './news2.ts'
import { type Parameter, PARAMETERS, type VitalTypes } from './parameters.ts'

/** The newest value of one parameter and when it was measured. */
export interface TileValue<Value> {
  value: Value
  at: string
}

export interface TileAlarm {
  id: string
  rule: string
  level: (typeof alarmLevels)[number]
  status: (typeof alarmStatuses)[number]
  parameter: string | null
  value: number | null
  limit: number | null
  raisedAt: string
  snoozedUntil: string | null
}

/** What a ward board shows of one patient. */
export interface Tile {
  patientId: string
  wardId: string
  bed: string | null
  givenName: string
  familyName: string
  mrn: string
  latest: { [P in Parameter]: TileValue<VitalTypes[P]> | null }
  news2: News2Result | null
  /** Newest time any value was measured; null before the first reading. */
  at: string | null
  receivedAt: string | null
  /** Readings since admission: a watcher that misses one sees the count jump. */
  readings: number
  monitoring: 'continuous' | 'spot-checks'
  alarms: TileAlarm[]
}

export interface TileRow {
  patientId: string
  wardId: string
  bed: string | null
  givenName: string
  familyName: string
  mrn: string
  /** JSON of a `MonitorState`. */
  state: string
  /** JSON of a `News2Result`. */
  news2: string | null
  receivedAt: string | null
  readings: number
  monitoring: 'continuous' | 'spot-checks'
  alarms: TileAlarm[]
  active: boolean
}

/** Columns of a tile, from `patient_monitor m`, `patient p`, `registration r` and `admission a`. */
export const tileColumns = `m.patient_id "patientId", m.ward_id "wardId", a.bed, p.given_name "givenName",
  p.family_name "familyName", r.mrn, m.state, m.news2, m.received_at "receivedAt", m.reading_count readings, m.monitoring,
  m.active,
  coalesce((select jsonb_agg(jsonb_build_object('id', l.id, 'rule', l.rule, 'level', l.level, 'status', l.status,
      'parameter', l.parameter, 'value', l.value, 'limit', l."limit", 'raisedAt', to_char(l.raised_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'snoozedUntil', to_char(l.snoozed_until, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by l.created_at, l.id)
     from alarm l where l.patient_id = m.patient_id and l.status <> 'resolved'), '[]') alarms`

export const tileJoins = `join patient p on p.id = m.patient_id
  join registration r on r.patient_id = m.patient_id and r.hospital_id = m.hospital_id
  join admission a on a.id = m.admission_id`

export function toTile({ state: stateText, news2: news2Text, active: _active, ...row }: TileRow): Tile {
  const state = JSON.parse(stateText) as MonitorState
  const news2 = news2Text === null ? null : (JSON.parse(news2Text) as News2Result)
  const latest = Object.fromEntries(
    PARAMETERS.map((parameter) => {
      const measured = state.latest[parameter]
      return [parameter, measured ? { value: measured.value, at: new Date(measured.at).toISOString() } : null]
    }),
  ) as Tile['latest']
  return { ...row, latest, news2, at: state.at === undefined ? null : new Date(state.at).toISOString() }
}
