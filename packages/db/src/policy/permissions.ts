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
  'mfa.manage',
  'patient.list',
  'patient.read',
  'patient.history.read',
  'patient.register',
  'patient.update',
  'patient.remove',
  'patient.merge',
  'patient.export',
  'patient.erase',
  'retention.set',
  'patient-access.read',
  'patient-access.manage',
  'document.send',
  'document.read',
  'symptom-check.assess',
  'symptom-check.read',
  'clinical-list.read',
  'clinical-list.write',
  'visit.read',
  'visit.write',
  'case.read',
  'case.write',
  'admission.admit',
  'admission.transfer',
  'admission.discharge',
  'admission.list',
  'appointment.read',
  'appointment.book',
  'appointment.manage',
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
  'consent.read',
  'consent.give',
  'break-glass.open',
  'privacy.review',
  'privacy.appoint',
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

/** For whoever the hospital appoints as privacy officer; `authorizeOfficer` asks whether it did. */
const mayBeOfficer: Permissions = { 'privacy.review': 'hospital' }

const clinicalReading: Permissions = {
  'hospital.read': 'hospital',
  'doctor.read': 'hospital',
  'patient.list': 'care-team',
  'patient.read': 'care-team',
  'patient.history.read': 'care-team',
  'clinical-list.read': 'care-team',
  'visit.read': 'care-team',
  'case.read': 'care-team',
  'symptom-check.read': 'care-team',
  'admission.list': 'care-team',
  'appointment.read': 'care-team',
  'care-team.read': 'care-team',
  'device.read': 'care-team',
  'vitals.read': 'care-team',
  'alarm.read': 'care-team',
  'thresholds.read': 'care-team',
}

const clinicalWork: Permissions = {
  ...clinicalReading,
  ...mayBeOfficer,
  'consent.read': 'care-team',
  'consent.give': 'care-team',
  'break-glass.open': 'hospital',
  'staff.list': 'hospital',
  'patient.register': 'hospital',
  'patient.update': 'care-team',
  'patient-access.read': 'care-team',
  'patient-access.manage': 'care-team',
  'clinical-list.write': 'care-team',
  'visit.write': 'care-team',
  'case.write': 'care-team',
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
    ...mayBeOfficer,
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
    'mfa.manage': 'hospital',
    'patient.list': 'hospital',
    'patient.read': 'hospital',
    'patient.register': 'hospital',
    'patient.update': 'hospital',
    'patient.remove': 'hospital',
    'patient.merge': 'hospital',
    'patient.export': 'hospital',
    'patient.erase': 'hospital',
    'retention.set': 'hospital',
    'patient-access.read': 'hospital',
    'patient-access.manage': 'hospital',
    'admission.admit': 'hospital',
    'admission.transfer': 'hospital',
    'admission.discharge': 'hospital',
    'admission.list': 'hospital',
    'appointment.read': 'hospital',
    'appointment.book': 'hospital',
    'appointment.manage': 'hospital',
    'care-team.read': 'hospital',
    'care-team.assign': 'hospital',
    'device.read': 'hospital',
    'device.manage': 'hospital',
    'device.assign': 'hospital',
    'thresholds.read': 'hospital',
    'thresholds.set-hospital': 'hospital',
    'audit.read': 'hospital',
    'consent.read': 'hospital',
    'consent.give': 'hospital',
    'privacy.appoint': 'hospital',
  },
  doctor: {
    ...clinicalWork,
    'appointment.book': 'care-team',
    'appointment.manage': 'care-team',
    'care-team.assign': 'care-team',
    'thresholds.set-patient': 'care-team',
    'document.send': 'care-team',
    'document.read': 'care-team',
    'doctor.update-own': 'hospital',
  },
  nurse: clinicalWork,
  viewer: clinicalReading,
  front_desk: {
    ...mayBeOfficer,
    'consent.read': 'hospital',
    'consent.give': 'hospital',
    'hospital.read': 'hospital',
    'doctor.read': 'hospital',
    'patient.list': 'hospital',
    'patient.read': 'hospital',
    'patient.register': 'hospital',
    'patient.update': 'hospital',
    'patient-access.read': 'hospital',
    'patient-access.manage': 'hospital',
    'admission.admit': 'hospital',
    'admission.list': 'hospital',
    'appointment.read': 'hospital',
    'appointment.book': 'hospital',
    'appointment.manage': 'hospital',
  },
  pharmacist: { ...mayBeOfficer, 'hospital.read': 'hospital', 'doctor.read': 'hospital' },
  lab_technician: { ...mayBeOfficer, 'hospital.read': 'hospital', 'doctor.read': 'hospital' },
  gateway: {
    'hospital.read': 'hospital',
    'vitals.record': 'hospital',
    'admission.list': 'hospital',
    'device.read': 'hospital',
  },
}

/** How far a staff role's reach goes; of what it may not do at all, nowhere. */
const extent = (role: StaffRole, action: Action) =>
  ['care-team', 'hospital'].indexOf(staffPermissions[role][action] ?? '')

/** Whether a role may do anything that another may not, or do it to more. */
export function mayMore(role: StaffRole, than: StaffRole): boolean {
  return actions.some((action) => extent(role, action) > extent(than, action))
}

/** What somebody may do who only looks on for a patient, as a spouse does: see, and call for help. */
export const onlookerPermissions: Permissions = {
  'care-team.read': 'self',
  'patient.list': 'self',
  'patient.read': 'self',
  'patient.history.read': 'self',
  'patient-access.read': 'self',
  'clinical-list.read': 'self',
  'visit.read': 'self',
  'case.read': 'self',
  'document.read': 'self',
  'symptom-check.read': 'self',
  'admission.list': 'self',
  'appointment.read': 'self',
  'device.read': 'self',
  'vitals.read': 'self',
  'alarm.read': 'self',
  'alarm.emergency': 'self',
  'thresholds.read': 'self',
  'audit.read-own': 'self',
  'consent.read': 'self',
  'registration.read-own': 'self',
}

/** The patient, and who stands in for the patient: also change how the patient is reached, and decide who else sees what. */
export const patientPermissions: Permissions = {
  ...onlookerPermissions,
  'patient.update': 'self',
  'patient.export': 'self',
  'patient-access.manage': 'self',
  'symptom-check.assess': 'self',
  'appointment.book': 'self',
  'consent.give': 'self',
  'registration.offer': 'self',
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
