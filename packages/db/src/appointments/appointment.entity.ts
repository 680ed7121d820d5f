import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'
import { appointmentStatuses, occupyingStatuses } from './states.ts'

export const appointmentModes = ['in_person', 'video', 'audio', 'chat'] as const
export const appointmentKinds = ['regular', 'follow_up', 'emergency', 'blocked'] as const
/** By whom an appointment ended before its time; `closed`: the patient's file, or the hospital, is no more. */
export const cancellations = ['patient', 'staff', 'rescheduled', 'closed'] as const

export type AppointmentMode = (typeof appointmentModes)[number]
export type AppointmentKind = (typeof appointmentKinds)[number]

/** SQL: the doctor's time is taken by this row. What was cancelled, or nobody came to, is free again. */
export const occupies = `status in (${occupyingStatuses.map((status) => `'${status}'`).join(', ')})`

/**
 * A patient's time with a doctor, or a span that a doctor keeps free of patients (`blocked`). No doctor has two at one time,
 * and no patient is expected twice at one hospital: `appointment_doctor_ex` and `appointment_patient_ex` see to it, whoever
 * books when. Never deleted; a rescheduled one is cancelled, and the new one says which it follows.
 */
export const AppointmentSchema = defineEntity({
  name: 'Appointment',
  tableName: 'appointment',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    /** Null of a blocked span alone. */
    patientId: p.uuid().nullable(),
    /** The doctor's. */
    membershipId: p.uuid(),
    startsAt: instant(),
    endsAt: instant(),
    mode: p.enum(appointmentModes).nullable(),
    kind: p.enum(appointmentKinds),
    status: p.enum(appointmentStatuses),
    /** What the patient comes for, in the words of whoever booked; of a blocked span, why. */
    reasonCipher: cipher().nullable(),
    /** The doctor's own, and what the doctor wants the patient to read: columns of their own, so none overwrites another. */
    doctorNoteCipher: cipher().nullable(),
    patientNoteCipher: cipher().nullable(),
    bookedAs: p.enum(['patient', 'staff'] as const),
    bookedBy: p.text(),
    bookedAt: instant(),
    cancelledAs: p.enum(cancellations).nullable(),
    cancelledBy: p.text().nullable(),
    cancelledAt: instant().nullable(),
    cancellationCipher: cipher().nullable(),
    /** The appointment that this one stands in for. */
    rescheduledFrom: p.uuid().nullable().unique(),
    /** The place on the patient's team that this booking gave the doctor; it ends with an appointment that never began. */
    careTeamMemberId: p.uuid().nullable(),
    version: p.integer().version(),
  },
  indexes: [
    { name: 'appointment_hospital_idx', properties: ['hospitalId', 'startsAt', 'id'] },
    { name: 'appointment_doctor_idx', properties: ['membershipId', 'startsAt', 'id'] },
    { name: 'appointment_patient_idx', properties: ['patientId', 'startsAt', 'id'] },
  ],
  checks: [
    {
      name: 'appointment_span_ck',
      expression: `ends_at >= starts_at + interval '5 minutes' and ends_at <= starts_at + interval '12 hours'`,
    },
    {
      name: 'appointment_blocked_ck',
      expression: `(kind = 'blocked') = (patient_id is null) and (kind = 'blocked') = (mode is null)`,
    },
    {
      name: 'appointment_blocked_state_ck',
      expression: `kind <> 'blocked' or (status in ('scheduled', 'cancelled') and doctor_note_cipher is null and patient_note_cipher is null and care_team_member_id is null)`,
    },
    {
      name: 'appointment_cancelled_ck',
      expression: `(status = 'cancelled') = (cancelled_at is not null) and (cancelled_at is null) = (cancelled_by is null) and (cancelled_at is null) = (cancelled_as is null) and (cancellation_cipher is null or cancelled_at is not null)`,
    },
    { name: 'appointment_rescheduled_ck', expression: `rescheduled_from <> id` },
  ],
})
export class Appointment extends AppointmentSchema.class {}
AppointmentSchema.setClass(Appointment)
