import type { alarmLevels, alarmResolutions, alarmStatuses } from './alarm.entity.ts'

/** An alarm as people read it. Notes are encrypted and come with the alarm's history alone. */
export interface AlarmRow {
  id: string
  patientId: string
  wardId: string
  rule: string
  level: (typeof alarmLevels)[number]
  parameter: string | null
  value: number | null
  limit: number | null
  status: (typeof alarmStatuses)[number]
  raisedAt: string
  acknowledgedAt: string | null
  acknowledgedBy: string | null
  escalatedAt: string | null
  resolvedAt: string | null
  resolution: (typeof alarmResolutions)[number] | null
  snoozedUntil: string | null
  announcements: number
}

export const alarmColumns = `id, patient_id "patientId", ward_id "wardId", rule, level, parameter, value, "limit", status,
  raised_at "raisedAt", acknowledged_at "acknowledgedAt", acknowledged_by "acknowledgedBy", escalated_at "escalatedAt",
  resolved_at "resolvedAt", resolution, snoozed_until "snoozedUntil", announcements`
