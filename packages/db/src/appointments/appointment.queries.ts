import type { Bind } from '../database/sql.ts'
import type { AppointmentKind, AppointmentMode, cancellations } from './appointment.entity.ts'
import type { AppointmentStatus } from './states.ts'

/** An appointment as lists show it: when, who with whom, and how it stands; nothing of what for. */
export interface AppointmentRow {
  id: string
  hospitalId: string
  hospital: string
  /** IANA zone of the hospital's wall clock. */
  timeZone: string
  /** The doctor's. */
  membershipId: string
  doctor: string
  /** Null of a blocked span. */
  patientId: string | null
  mrn: string | null
  givenName: string | null
  familyName: string | null
  startsAt: string
  endsAt: string
  mode: AppointmentMode | null
  kind: AppointmentKind
  status: AppointmentStatus
  bookedAs: 'patient' | 'staff'
  bookedAt: string
  cancelledAs: (typeof cancellations)[number] | null
  cancelledAt: string | null
  rescheduledFrom: string | null
  rescheduledTo: string | null
  /** Give it back when changing the appointment. */
  version: number
}

export const appointmentColumns = `a.id, a.hospital_id "hospitalId", h.name hospital, h.time_zone "timeZone",
  a.membership_id "membershipId", du.name doctor, p.id "patientId", r.mrn, p.given_name "givenName",
  p.family_name "familyName", a.starts_at "startsAt", a.ends_at "endsAt", a.mode, a.kind, a.status,
  a.booked_as "bookedAs", a.booked_at "bookedAt", a.cancelled_as "cancelledAs", a.cancelled_at "cancelledAt",
  a.rescheduled_from "rescheduledFrom",
  (select n.id from appointment n where n.rescheduled_from = a.id) "rescheduledTo", a.version`

/** Whose file was taken out is not named any more. */
export const appointmentJoins = `from appointment a join hospital h on h.id = a.hospital_id
  join membership m on m.id = a.membership_id join app_user du on du.id = m.user_id
  left join patient p on p.id = a.patient_id
  left join registration r on r.patient_id = a.patient_id and r.hospital_id = a.hospital_id and r.removed_at is null`

/** The first instant of a day, or of the one after, by the wall clock of a hospital; `hospital` is SQL of its id. */
export function dayStart(bind: Bind, day: string, { hospital, plus }: { hospital: string; plus: 0 | 1 }): string {
  // A scalar sub-select: worked out once where the hospital is a parameter, and then an index condition.
  return `(select (${bind(day)}::date + ${plus})::timestamp at time zone z.time_zone from hospital z where z.id = ${hospital})`
}
