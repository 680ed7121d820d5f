import { boolArray, float8Array, int4Array, textArray, uuidArray } from '../../database/binary-arrays.ts'
import { plainArray, type Query } from '../../database/sql.ts'
import { shownAtBedside } from '../../consent/permitted.ts'
import { caredFor } from '../../patients/patient.queries.ts'
import type { Access } from '../../policy/authorize.ts'
import type { MonitorState } from '../monitor-state.ts'

/** The row of an admitted (or just discharged) patient, locked until commit. */
export interface MonitorRow {
  patientId: string
  admissionId: string
  wardId: string
  active: boolean
  endedAt: string | null
  monitoring: 'continuous' | 'spot-checks'
  birthDate: string
  spo2Scale: 1 | 2
  state: MonitorState
  /** Newest source time of any stored reading, epoch milliseconds; -Infinity before the first. */
  lastAt: number
}

/**
 * Locks the monitors of these patients, in the order of their ids, so that two batches never wait for each other. Who is
 * missing from the answer is not admitted, not of this hospital, or beyond the actor's reach.
 */
export async function lockMonitors(
  sql: Query,
  access: Exclude<Access, { reach: 'self' }>,
  patientIds: readonly string[],
): Promise<MonitorRow[]> {
  const isTeam = access.reach === 'care-team'
  const values: unknown[] = [access.hospitalId, plainArray(patientIds)]
  const bind = (value: unknown) => `$${values.push(value)}`
  const within = () =>
    `and patient_id in (${caredFor(bind(access.membershipId))}) and ${shownAtBedside(bind, 'patient_monitor.patient_id', access.viewer)}`
  const rows = await sql<Omit<MonitorRow, 'state' | 'lastAt'> & { state: string; lastAt: string | null }>({
    name: isTeam ? `monitors_lock_team_${access.viewer.purpose}` : 'monitors_lock',
    text: `select patient_id "patientId", admission_id "admissionId", ward_id "wardId", active, ended_at "endedAt",
                  monitoring, birth_date "birthDate", spo2_scale "spo2Scale", state, last_at "lastAt"
             from patient_monitor where hospital_id = $1 and patient_id = any($2)
             ${isTeam ? within() : ''}
            order by patient_id for update`,
    values,
  })
  return rows.map(({ state, lastAt, ...row }) => ({
    ...row,
    state: JSON.parse(state) as MonitorState,
    lastAt: lastAt === null ? -Infinity : Date.parse(lastAt),
  }))
}

/** Patients by record number within a hospital. */
export async function patientsByMrn(
  sql: Query,
  { hospitalId, mrns }: { hospitalId: string; mrns: readonly string[] },
): Promise<Map<string, string>> {
  if (mrns.length === 0) return new Map()
  const rows = await sql<{ mrn: string; patientId: string }>({
    name: 'registrations_by_mrn',
    text: `select mrn, patient_id "patientId" from registration
            where hospital_id = $1 and mrn = any($2) and removed_at is null`,
    values: [hospitalId, mrns],
  })
  const found = new Map(rows.map(({ mrn, patientId }) => [mrn, patientId]))
  if (found.size < mrns.length) {
    // An old wristband: its file was merged into another.
    const former = await sql<{ mrn: string; patientId: string }>({
      name: 'registrations_by_former_mrn',
      text: `select f.mrn, r.patient_id "patientId" from registration f join registration r
                 on r.hospital_id = f.hospital_id and r.patient_id = surviving_record(f.patient_id)
              where f.hospital_id = $1 and f.mrn = any($2) and f.removed_at is not null and r.removed_at is null`,
      values: [hospitalId, mrns.filter((mrn) => !found.has(mrn))],
    })
    for (const { mrn, patientId } of former) found.set(mrn, patientId)
  }
  return found
}

/** A monitor after its readings. */
export interface MonitorUpdate {
  patientId: string
  state: MonitorState
  news2: object
  lastAt: number | null
  readings: number
  monitoring: 'continuous' | 'spot-checks'
  /** Whether time alone may have something to do here: the sweep looks at it. */
  isAlerting: boolean
}

export async function saveMonitors(
  sql: Query,
  { updates, receivedAt }: { updates: readonly MonitorUpdate[]; receivedAt: Date },
): Promise<void> {
  if (updates.length === 0) return
  await sql({
    name: 'monitors_save',
    text: `update patient_monitor m set
             state = u.state, news2 = u.news2, received_at = $7, reading_count = m.reading_count + u.readings,
             last_at = greatest(m.last_at, to_timestamp(u.last_at / 1000)), monitoring = u.monitoring,
             is_alerting = u.is_alerting, xid = pg_current_xact_id()
           from unnest($1::uuid[], $2::text[], $3::text[], $4::float8[], $5::int[], $6::text[], $8::bool[])
             as u(patient_id, state, news2, last_at, readings, monitoring, is_alerting)
          where m.patient_id = u.patient_id`,
    values: [
      uuidArray(updates.map(({ patientId }) => patientId)),
      textArray(updates.map(({ state }) => JSON.stringify(state))),
      textArray(updates.map(({ news2 }) => JSON.stringify(news2))),
      float8Array(updates.map(({ lastAt }) => lastAt)),
      int4Array(updates.map(({ readings }) => readings)),
      textArray(updates.map(({ monitoring }) => monitoring)),
      receivedAt,
      boolArray(updates.map(({ isAlerting }) => isAlerting)),
    ],
  })
}
