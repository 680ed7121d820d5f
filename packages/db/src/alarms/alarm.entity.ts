import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'

export const alarmLevels = ['warning', 'critical', 'emergency'] as const
export const alarmStatuses = ['raised', 'acknowledged', 'escalated', 'resolved'] as const
export const alarmResolutions = ['recovered', 'superseded', 'withdrawn', 'handled', 'discharged'] as const

export const AlarmSchema = defineEntity({
  name: 'Alarm',
  tableName: 'alarm',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    patientId: p.uuid(),
    admissionId: p.uuid(),
    wardId: p.uuid(),
    /** Stable key of the rule that raised it, such as `threshold:heartRate:critical`. */
    rule: p.text(),
    level: p.enum(alarmLevels),
    parameter: p.text().nullable(),
    value: p.float().nullable(),
    limit: p.float().nullable(),
    status: p.enum(alarmStatuses),
    /** When the condition began, by the reading's own time. */
    raisedAt: instant(),
    createdAt: instant(),
    acknowledgedAt: instant().nullable(),
    acknowledgedBy: p.text().nullable(),
    noteCipher: cipher().nullable(),
    escalatedAt: instant().nullable(),
    resolvedAt: instant().nullable(),
    resolvedBy: p.text().nullable(),
    resolution: p.enum(alarmResolutions).nullable(),
    snoozedUntil: instant().nullable(),
    lastAnnouncedAt: instant(),
    announcements: p.integer().default(1),
  },
  indexes: [
    { properties: ['patientId', 'createdAt'] },
    {
      name: 'alarm_open_uq',
      expression: `create unique index alarm_open_uq on alarm (patient_id, rule) where status <> 'resolved'`,
    },
    {
      name: 'alarm_open_hospital_idx',
      expression: `create index alarm_open_hospital_idx on alarm (hospital_id, created_at) where status <> 'resolved'`,
    },
  ],
  checks: [
    {
      name: 'alarm_resolved_ck',
      expression: `(status = 'resolved') = (resolved_at is not null and resolution is not null)`,
    },
    { name: 'alarm_acknowledged_ck', expression: `status <> 'acknowledged' or acknowledged_by is not null` },
  ],
})
export class Alarm extends AlarmSchema.class {}
AlarmSchema.setClass(Alarm)

/** Alarm limits of one vital sign: the hospital's default (no patient) or one patient's own, over a span of time. */
export const ThresholdSchema = defineEntity({
  name: 'Threshold',
  tableName: 'threshold',
  properties: {
    id: id(),
    hospitalId: p.uuid().index(),
    patientId: p.uuid().nullable(),
    parameter: p.text(),
    level: p.enum(['warning', 'critical'] as const),
    low: p.float().nullable(),
    high: p.float().nullable(),
    exitMargin: p.float(),
    dwellSeconds: p.integer(),
    effectiveFrom: instant(),
    effectiveUntil: instant().nullable(),
    setBy: p.text(),
    createdAt: instant(),
  },
  checks: [
    {
      name: 'threshold_bounds_ck',
      expression: `(low is not null or high is not null) and (low is null or high is null or low < high)`,
    },
    { name: 'threshold_span_ck', expression: `effective_until is null or effective_until > effective_from` },
  ],
})
export class Threshold extends ThresholdSchema.class {}
ThresholdSchema.setClass(Threshold)
