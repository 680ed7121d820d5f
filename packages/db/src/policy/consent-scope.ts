import type { Action, Reach } from './permissions.ts'

/**
 * What of a patient's directives binds an action.
 * - `record`: all of them
 * - `bedside`: as `shownAtBedside` says, for the team that treats an admitted patient
 * - `none`: none; the hospital's own running of stays and files
 */
export type ConsentScope = 'record' | 'bedside' | 'none'

/** What keeps an admitted patient safe: the monitor, alarms and their limits, devices, moving and ending the stay. */
const bedside: ReadonlySet<Action> = new Set([
  'vitals.read',
  'vitals.record',
  'alarm.read',
  'alarm.respond',
  'alarm.emergency',
  'thresholds.read',
  'device.read',
  'device.assign',
  'admission.transfer',
  'admission.discharge',
])

/** What administration does without reading the record; a patient cannot direct it away. */
const administration: ReadonlySet<Action> = new Set([
  'admission.transfer',
  'admission.discharge',
  'care-team.assign',
  'device.assign',
  'patient.remove',
  'patient.merge',
  'patient.erase',
  'retention.set',
  'patient-access.read',
  'patient-access.manage',
  'consent.read',
  'consent.give',
])

/** An action that is listed nowhere here is bound by every directive. */
export function consentScope(action: Action, reach: Reach): ConsentScope {
  if (reach === 'hospital') return administration.has(action) ? 'none' : 'record'
  return bedside.has(action) ? 'bedside' : 'record'
}

/** What break-glass opens: reading, and answering alarms. No administration, no writing into the record. */
export const breakGlassActions: ReadonlySet<Action> = new Set([
  'patient.read',
  'patient.history.read',
  'clinical-list.read',
  'visit.read',
  'case.read',
  'symptom-check.read',
  'admission.list',
  'care-team.read',
  'device.read',
  'vitals.read',
  'alarm.read',
  'alarm.respond',
  'alarm.emergency',
  'thresholds.read',
])
