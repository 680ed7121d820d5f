/**
 * Who sees which rows: one line a table, the whole truth of row-level security. `migrate` writes it to the database as
 * policies and grants whenever it changed, so it needs no migration and a table's rule is never spread over several.
 * Expressions are SQL over the table's columns; `false` means that the app may not do this at all.
 */
export interface RowRule {
  read: string | false
  /** Rows that may be added, changed and removed; as `read` unless said. The others refine it. */
  write?: string | false
  insert?: string | false
  update?: string | false
  /** Rows that `for share` and `for update` reach, where that is more than may be changed: PostgreSQL counts a lock as a change. */
  lock?: string
  remove?: string | false
}

// A scalar sub-select, so that it is worked out once a statement and serves as an index condition.
const hospital = '(select scope_hospital())'
const patient = '(select scope_patient())'
const user = '(select scope_user())'

const ofHospital = `hospital_id = ${hospital}`
const ofPatient = `patient_id = ${patient}`
/** Of the scope's patient under any id: also of files that were merged into the patient's, where readings stay. */
const ofRecords = (column = 'patient_id') => `${column} = any ((select scope_records())::uuid[])`
const ofUser = `user_id = ${user}`
/** Of the scope's hospital, or of one that the scope's patient has a file with. */
const ofHospitals = 'hospital_id = any ((select scope_hospitals())::uuid[])'
/** Of a patient who has a file with the scope's hospital; `table` lest the column be taken for the registration's. */
const ofFile = (table: string, column = 'patient_id') =>
  `exists (select 1 from registration r where r.patient_id = ${table}.${column} and r.hospital_id = ${hospital})`

const isColleague = 'exists (select 1 from membership m where m.user_id = app_user.id)'

const or = (...conditions: string[]) => conditions.map((condition) => `(${condition})`).join(' or ')

/** The forms that nearly every table has. */
const rows = {
  /** `hospital_id`: the hospital's staff. */
  hospital: { read: ofHospital },
  /** `hospital_id`: the staff; patients who have a file there read it too (wards, devices). */
  hospitalShared: { read: ofHospitals, write: ofHospital },
  /** `hospital_id` and `patient_id`: the staff of that hospital and the patient, to read and to write. */
  hospitalAndPatient: { read: or(ofHospital, ofPatient) },
  /** The same, but only the staff write. */
  hospitalPatientReads: { read: or(ofHospital, ofPatient), write: ofHospital },
  /** `patient_id` alone: the patient, and every hospital that has a file of the patient. */
  patient: (table: string): RowRule => ({ read: or(ofPatient, ofFile(table)) }),
  /** `user_id`: a login's own things. */
  user: { read: ofUser },
  /** Neither patients nor hospitals (a dictionary): whoever is signed in reads it. */
  open: { read: `${user} is not null`, write: false },
  /** The system's alone. */
  system: { read: false },
} satisfies Record<string, RowRule | ((table: string) => RowRule)>

export const rowRules: Readonly<Record<string, RowRule>> = {
  hospital: {
    read: 'id = any ((select scope_hospitals())::uuid[])',
    write: false,
    update: `id = ${hospital}`,
  },
  ward: rows.hospitalShared,
  department: rows.hospital,
  app_user: {
    // Colleagues, and who may act for a patient one sees: what the policies of those two tables show.
    read: or(`id = ${user}`, isColleague, 'exists (select 1 from patient_access a where a.user_id = app_user.id)'),
    lock: or(`id = ${user}`, isColleague),
    insert: `kind = 'service' and ${hospital} is not null`,
    update: `id = ${user}`,
    remove: false,
  },
  session: rows.user,
  totp_factor: rows.user,
  recovery_code: rows.user,
  passkey: rows.user,
  security_notice: rows.user,
  // A login with a new password ends its own.
  sign_in_ticket: rows.user,
  // Before there is an actor, or for one that the passkey names.
  passkey_challenge: rows.system,
  mfa_policy: rows.hospital,
  rewrap_cursor: rows.system,
  membership: { read: or(ofHospital, ofUser), write: ofHospital },
  invitation: rows.hospitalAndPatient,
  doctor_profile: { read: or(ofHospital, ofUser), write: ofHospital },
  platform_admin: { read: ofUser, write: false },
  password_reset: rows.user,
  // A sign-up's is nobody's yet.
  address_confirmation: rows.user,
  // Whatever a login has to say to somebody; only the system reads it.
  outbound_message: { read: false, insert: `${user} is not null` },
  sign_in_throttle: rows.system,
  attempt_count: rows.system,
  patient_access: {
    read: or(ofUser, ofPatient, ofFile('patient_access')),
    write: or(ofPatient, ofFile('patient_access')),
  },
  // The registration is written before the patient; see patients/register-patient.ts.
  patient: {
    read: or(ofRecords('id'), ofFile('patient', 'id')),
    write: or(`id = ${patient}`, ofFile('patient', 'id')),
  },
  registration: { read: or(ofHospital, ofRecords()), lock: or(ofHospital, ofRecords()), write: ofHospital },
  patient_merge: rows.hospitalPatientReads,
  patient_merge_row: rows.hospital,
  erasure: rows.hospitalPatientReads,
  clinical_entry: rows.hospitalPatientReads,
  care_case: { ...rows.hospitalPatientReads, remove: false },
  care_case_event: { ...rows.hospitalPatientReads, remove: false },
  care_case_counter: { ...rows.hospital, remove: false },
  visit: { ...rows.hospitalPatientReads, remove: false },
  visit_revision: { ...rows.hospitalPatientReads, remove: false },
  // What clinicians note for one another: no patient's scope reaches it, whoever forgets to ask.
  visit_internal_note: { ...rows.hospital, remove: false },
  sent_document: rows.hospitalPatientReads,
  // The patient asks; who has a file of the patient reads it, and nobody changes it.
  symptom_check: { read: or(ofRecords(), ofFile('symptom_check')), insert: ofPatient, update: false, remove: false },
  registration_offer: rows.hospitalAndPatient,
  admission: rows.hospitalPatientReads,
  // A patient books through verbs that reach the doctor's calendar as the system; see appointments/.
  appointment: rows.hospitalPatientReads,
  // Of a stay that one sees.
  admission_move: {
    read: or(ofHospital, 'exists (select 1 from admission a where a.id = admission_move.admission_id)'),
    write: ofHospital,
  },
  care_team_member: rows.hospitalPatientReads,
  device: rows.hospitalShared,
  device_assignment: rows.hospitalPatientReads,
  // A patient calls for help: an alarm, its event, and the monitor that shows it.
  alarm: rows.hospitalAndPatient,
  event: rows.hospitalAndPatient,
  patient_monitor: rows.hospitalAndPatient,
  threshold: {
    read: or(ofHospital, ofPatient, `patient_id is null and ${ofHospitals}`),
    write: ofHospital,
  },
  vital_reading: { read: or(ofHospital, ofRecords()), write: ofHospital },
  vital_hourly: { read: or(ofHospital, ofRecords()), write: ofHospital },
  reading_batch: rows.hospitalShared,
  consent_directive: {
    // A hospital sees what is said to everybody and to itself, and records what concerns itself; see consent/.
    read: or(
      ofPatient,
      `(recipient_hospital_id is null or recipient_hospital_id = ${hospital}) and ${ofFile('consent_directive')}`,
    ),
    insert: or(ofPatient, `${ofHospital} and recipient_hospital_id = ${hospital} and ${ofFile('consent_directive')}`),
    update: or(ofPatient, `recipient_hospital_id = ${hospital} and ${ofFile('consent_directive')}`),
    remove: false,
  },
  break_glass_grant: { ...rows.hospital, remove: false },
  privacy_officer: { ...rows.hospital, remove: false },
  privacy_notice: { ...rows.hospital, remove: false },
  privacy_setting: { ...rows.hospital, remove: false },
  audit_anchor: rows.system,
  audit_entry: {
    read: or(`chain = ${hospital}`, 'patient_ids && (select scope_records())::uuid[]'),
    insert: 'chain = any ((select scope_chains())::uuid[])',
    update: false,
    remove: false,
  },
  // Whoever appends takes the head and puts it forward; without the key nobody can seal one.
  audit_chain: { read: 'chain = any ((select scope_chains())::uuid[])', remove: false },
  // Its scope begins with the login: see idempotency/claim-key.ts.
  idempotency_key: { read: `starts_with(scope, 'user:' || ${user}::text || '/')` },
}
