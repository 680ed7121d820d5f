import type { StaffRole } from './actor.ts'

/** Everything that can be asked for. The name of a procedure's permission is one of these. */
export const actions = [
  'hospital.read',
  'hospital.update',
  'department.manage',
  'ward.manage',
  'staff.list',
  'staff.invite',
  'staff.end',
  'staff.update',
  'doctor.read',
  'doctor.update',
  'doctor.update-own',
  'registration.offer',
  'registration.read-own',
  'gateway.create',
  'patient.list',
  'patient.read',
  'patient.history.read',
  'patient.register',
  'patient.update',
  'patient.remove',
  'admission.admit',
  'admission.transfer',
  'admission.discharge',
  'admission.list',
  'care-team.read',
  'care-team.assign',
  'device.read',
  'device.manage',
  'device.assign',
  'vitals.record',
  'vitals.read',
  'alarm.read',
  'alarm.respond',
  'alarm.emergency',
  'thresholds.read',
  'thresholds.set-hospital',
  'thresholds.set-patient',
  'audit.read',
  'audit.read-own',
  'platform.hospital.read',
  'platform.hospital.update',
  'platform.hospital.close',
  'platform.user.read',
  'platform.user.disable',
  'platform.user.reset-password',
] as const
export type Action = (typeof actions)[number]

/**
 * How far a role's permission reaches.
 * - `hospital`: every resource of the hospital one acts in
 * - `care-team`: patients one is on the care team of (directly, or through the ward they lie in), and such wards
 * - `self`: the patient one acts as
 */
export type Reach = 'hospital' | 'care-team' | 'self'

type Permissions = Partial<Record<Action, Reach>>

const clinicalReading: Permissions = {
  'hospital.read': 'hospital',
  'doctor.read': 'hospital',
  'patient.list': 'care-team',
  'patient.read': 'care-team',
  'patient.history.read': 'care-team',
  'admission.list': 'care-team',
  'care-team.read': 'care-team',
  'device.read': 'care-team',
  'vitals.read': 'care-team',
  'alarm.read': 'care-team',
  'thresholds.read': 'care-team',
}

const clinicalWork: Permissions = {
  ...clinicalReading,
  'staff.list': 'hospital',
  'patient.register': 'hospital',
  'patient.update': 'care-team',
  'admission.admit': 'hospital',
  'admission.transfer': 'care-team',
  'admission.discharge': 'care-team',
  'device.assign': 'care-team',
  'vitals.record': 'care-team',
  'alarm.respond': 'care-team',
  'alarm.emergency': 'care-team',
}

/** Deny by default: what is not listed here is refused. */
export const staffPermissions: Record<StaffRole, Permissions> = {
  hospital_admin: {
    'hospital.read': 'hospital',
    'hospital.update': 'hospital',
    'department.manage': 'hospital',
    'ward.manage': 'hospital',
    'staff.list': 'hospital',
    'staff.invite': 'hospital',
    'staff.end': 'hospital',
    'staff.update': 'hospital',
    'doctor.read': 'hospital',
    'doctor.update': 'hospital',
    'gateway.create': 'hospital',
    'patient.list': 'hospital',
    'patient.read': 'hospital',
    'patient.register': 'hospital',
    'patient.update': 'hospital',
    'patient.remove': 'hospital',
    'admission.admit': 'hospital',
    'admission.transfer': 'hospital',
    'admission.discharge': 'hospital',
    'admission.list': 'hospital',
    'care-team.read': 'hospital',
    'care-team.assign': 'hospital',
    'device.read': 'hospital',
    'device.manage': 'hospital',
    'device.assign': 'hospital',
    'thresholds.read': 'hospital',
    'thresholds.set-hospital': 'hospital',
    'audit.read': 'hospital',
  },
  doctor: {
    ...clinicalWork,
    'care-team.assign': 'care-team',
    'thresholds.set-patient': 'care-team',
    'doctor.update-own': 'hospital',
  },
  nurse: clinicalWork,
  viewer: clinicalReading,
  front_desk: {
    'hospital.read': 'hospital',
    'doctor.read': 'hospital',
    'patient.list': 'hospital',
    'patient.read': 'hospital',
    'patient.register': 'hospital',
    'patient.update': 'hospital',
    'admission.admit': 'hospital',
    'admission.list': 'hospital',
  },
  pharmacist: { 'hospital.read': 'hospital', 'doctor.read': 'hospital' },
  lab_technician: { 'hospital.read': 'hospital', 'doctor.read': 'hospital' },
  gateway: {
    'hospital.read': 'hospital',
    'vitals.record': 'hospital',
    'admission.list': 'hospital',
    'device.read': 'hospital',
  },
}

export const patientPermissions: Permissions = {
  'care-team.read': 'self',
  'patient.list': 'self',
  'patient.read': 'self',
  'patient.history.read': 'self',
  'admission.list': 'self',
  'device.read': 'self',
  'vitals.read': 'self',
  'alarm.read': 'self',
  'alarm.emergency': 'self',
  'thresholds.read': 'self',
  'audit.read-own': 'self',
  'registration.offer': 'self',
  'registration.read-own': 'self',
}

/** What a platform administrator may do: to logins and hospitals. Nothing here reads a patient. */
export const platformPermissions: ReadonlySet<Action> = new Set([
  'platform.hospital.read',
  'platform.hospital.update',
  'platform.hospital.close',
  'platform.user.read',
  'platform.user.disable',
  'platform.user.reset-password',
])
