import type { Transaction } from '../database/transact.ts'
import { isPractising } from '../doctors/doctor.queries.ts'
import { holdHospitalOpen } from '../hospitals/close-hospital.ts'
import { DomainError, invalid, notFound } from '../kernel/errors.ts'
import { isWithinHours } from './hours.ts'
import type { Span } from './span.ts'

interface CalendarOwner {
  hospitalId: string
  isAvailable: boolean
}

/**
 * Who changes a doctor's calendar takes turns: two that inserted at once would wait for each other's slot, and one be lost
 * to a deadlock a second later. That no slot is lost is the exclusion constraint's business, not this lock's.
 */
export async function lockCalendars(tx: Transaction, membershipIds: readonly string[]): Promise<void> {
  await tx.sql({
    text: `select 1 from doctor_profile where membership_id = any($1) order by membership_id for no key update`,
    values: [[...new Set(membershipIds)]],
  })
}

/**
 * A doctor who practises now, at this hospital or, asked for null, at whichever it is; the place cannot end before the
 * transaction does.
 *
 * @throws DomainError `not_found`
 */
export async function holdDoctor(
  tx: Transaction,
  { membershipId, hospitalId }: { membershipId: string; hospitalId: string | null },
): Promise<CalendarOwner> {
  const [doctor] = await tx.sql<CalendarOwner>({
    text: `select m.hospital_id "hospitalId", d.is_available "isAvailable"
             from membership m join doctor_profile d on d.membership_id = m.id join app_user u on u.id = m.user_id
            where m.id = $1 and ($2::uuid is null or m.hospital_id = $2) and ${isPractising} for share of m`,
    values: [membershipId, hospitalId],
  })
  if (!doctor) throw notFound('doctor')
  await holdHospitalOpen(tx.sql, doctor.hospitalId)
  return doctor
}

/** Holds the file against a merge or a removal in the same moment. */
export async function holdFile(
  tx: Transaction,
  { hospitalId, patientId }: { hospitalId: string; patientId: string },
): Promise<boolean> {
  const files = await tx.sql({
    text: `select 1 from registration where hospital_id = $1 and patient_id = $2 and removed_at is null
              for no key update`,
    values: [hospitalId, patientId],
  })
  return files.length > 0
}

/** What a patient may hold at one hospital of their own booking, so that nobody fills a doctor's calendar. */
const ownBookings = 10

/** What binds a patient and not the desk: the doctor takes patients, works then, and is not booked out by one of them. */
export async function assertOpenToPatients(
  tx: Transaction,
  {
    doctor,
    membershipId,
    patientId,
    span,
    bookedAs,
    now,
  }: {
    doctor: CalendarOwner
    membershipId: string
    patientId: string
    span: Span
    bookedAs: 'patient' | 'staff'
    now: Date
  },
): Promise<void> {
  if (!doctor.isAvailable) {
    throw new DomainError('conflict', 'The doctor takes no appointments at present.', { field: 'membershipId' })
  }
  if (!(await isWithinHours(tx.sql, { membershipId, ...span }))) {
    throw invalid('startsAt', 'within the doctor’s working hours')
  }
  // One that the desk booked stays the desk's when the patient moves it.
  if (bookedAs === 'staff') return
  // Counted under the lock of the file.
  const [held] = await tx.sql<{ count: number }>({
    text: `select count(*)::int count from appointment
            where hospital_id = $1 and patient_id = $2 and booked_as = 'patient' and status in ('scheduled', 'confirmed')
              and ends_at > $3`,
    values: [doctor.hospitalId, patientId, now],
  })
  if ((held?.count ?? 0) >= ownBookings) {
    throw new DomainError('conflict', `No more than ${ownBookings} appointments ahead.`, { field: 'patientId' })
  }
}
