import type { Database } from '@chartwire/db'
import { type Acknowledged, type Hospital, timeOf } from './mixed-load.ts'

/** What the database holds that differs from what was acknowledged; empty when each is there once and nothing by halves. */
export async function differences({ sql }: Database, hospital: Hospital, done: Acknowledged): Promise<string[]> {
  const rows = <Row extends object>(text: string, values: unknown[] = []) => sql<Row>({ text, values })
  const ids = async (text: string, values: unknown[] = []) =>
    (await rows<{ id: string }>(text, values)).map(({ id }) => id).sort()
  const found: string[] = []
  const same = (what: string, there: readonly string[], said: readonly string[]) => {
    const [a, b] = [there.toSorted(), said.toSorted()]
    if (JSON.stringify(a) === JSON.stringify(b)) return
    const surplus = a.filter((one) => !b.includes(one))
    const lost = b.filter((one) => !a.includes(one))
    found.push(
      `${what}: ${a.length} there, ${b.length} acknowledged; lost ${lost.join(' ')}; not acknowledged ${surplus.join(' ')}`,
    )
  }
  const patients = done.patients.map(({ id }) => id)
  same(
    'readings',
    (await rows<{ at: string }>('select at from vital_reading where patient_id = $1', [hospital.patientId])).map(
      ({ at }) => at,
    ),
    done.readings.map((number) => new Date(timeOf(number)).toISOString()),
  )
  same('patients', await ids(`select id from patient where family_name like 'Kill%'`), patients)
  same('files', await ids(`select patient_id id from registration where mrn like 'K-%'`), patients)
  same(
    'stays',
    await ids('select id from admission where patient_id <> $1', [hospital.patientId]),
    done.patients.map(({ admissionId }) => admissionId),
  )
  same(
    'ended stays',
    await ids(`select id from admission where status = 'discharged' and discharge_note_cipher is not null`),
    done.patients.map(({ admissionId }) => admissionId),
  )
  same(
    'moves',
    await ids(
      'select admission_id id from admission_move m where exists (select 1 from admission a where a.id = m.admission_id and a.patient_id <> $1)',
      [hospital.patientId],
    ),
    done.patients.map(({ admissionId }) => admissionId),
  )
  same('monitors', await ids('select patient_id id from patient_monitor where not active'), patients)
  same(
    'answered alarms',
    await ids(
      `select id from alarm where rule = 'manual:emergency' and acknowledged_by is not null and note_cipher is not null and status = 'resolved'`,
    ),
    done.patients.map(({ alarmId }) => alarmId),
  )
  same(
    'limits',
    await ids('select id from threshold where patient_id is not null'),
    done.patients.map(({ thresholdId }) => thresholdId),
  )
  same('wards', await ids('select id from ward where id <> $1', [hospital.wardId]), done.wards)
  same('invitations', await ids(`select id from invitation where role = 'viewer'`), done.invitations)
  same('logins', await ids(`select id from app_user where name like 'Kill%'`), done.joined)
  same('memberships', await ids(`select user_id id from membership where role = 'viewer'`), done.joined)
  for (const topic of [
    'admission.admitted',
    'admission.discharged',
    'alarm.raised',
    'alarm.acknowledged',
    'alarm.resolved',
  ]) {
    same(
      `events ${topic}`,
      await ids('select patient_id id from event where topic = $1 and patient_id <> $2', [topic, hospital.patientId]),
      patients,
    )
  }
  const logged: [string, readonly string[]][] = [
    ['patient.register', patients],
    ['admission.admit', done.patients.map(({ admissionId }) => admissionId)],
    ['admission.discharge', done.patients.map(({ admissionId }) => admissionId)],
    ['thresholds.set', done.patients.map(({ thresholdId }) => thresholdId)],
    ['alarm.acknowledged', done.patients.map(({ alarmId }) => alarmId)],
    ['ward.create', done.wards],
    ['staff.invite', done.invitations],
  ]
  for (const [action, resources] of logged) {
    const own = [hospital.wardId, hospital.patientId]
    const there = await ids(
      `select e.resource_id id from audit_entry e where action = $1 and not (resource_id = any($2)) and not ($3::uuid = any(patient_ids))
          and not exists (select 1 from invitation i where i.id::text = e.resource_id and i.role <> 'viewer')`,
      [action, own, hospital.patientId],
    )
    same(`log of ${action}`, there, resources)
  }
  const [hours] = await rows<{ count: number }>(
    'select coalesce(sum(readings), 0)::int count from vital_hourly where patient_id = $1',
    [hospital.patientId],
  )
  same('rollup', [String(hours?.count ?? 0)], [String(done.readings.length)])
  return found
}
