/** What the board knows of one patient, and the alarms that are open on them. */
export interface Tile {
  patientId: string
  wardId: string
  bed: string | null
  givenName: string
  familyName: string
  mrn: string
  latest: LatestValues
  news2: News2 | null
  at: string | null
  receivedAt: string | null
  readings: number
  monitoring: 'continuous' | 'spot-checks'
  alarms: TileAlarm[]
}

export interface Measured<Value> {
  value: Value
  at: string
}

export interface LatestValues {
  heartRate: Measured<number> | null
  spo2: Measured<number> | null
  systolic: Measured<number> | null
  diastolic: Measured<number> | null
  temperature: Measured<number> | null
  respiration: Measured<number> | null
  consciousness: Measured<'A' | 'C' | 'V' | 'P' | 'U'> | null
  supplementalOxygen: Measured<boolean> | null
}
export type Parameter = keyof LatestValues

export type AlarmLevel = 'warning' | 'critical' | 'emergency'

export interface TileAlarm {
  id: string
  rule: string
  level: AlarmLevel
  status: 'raised' | 'acknowledged' | 'escalated' | 'resolved'
  parameter: string | null
  value: number | null
  limit: number | null
  raisedAt: string
  snoozedUntil: string | null
}

export type News2Parameter = Exclude<Parameter, 'diastolic'>

export type News2 =
  | { status: 'refused'; reason: 'under_16' | 'pregnant' | 'age_unknown' }
  | {
      status: 'complete' | 'partial'
      score: number
      subscores: Partial<Record<News2Parameter, 0 | 1 | 2 | 3>>
      hasSingleThree: boolean
      band: 'low' | 'low-medium' | 'medium' | 'high'
      recommendedIntervalMinutes: number
      missing: readonly News2Parameter[]
      stale: readonly News2Parameter[]
    }
