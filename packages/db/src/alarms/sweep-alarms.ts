import { transact, type Transaction } from '../database/transact.ts'
import { appendEvents } from '../events/append-event.ts'
import type { Ctx } from '../kernel/context.ts'
import type { MonitorState } from '../vitals/monitor-state.ts'
import { type AlarmRow, alarmColumns } from './alarm-row.ts'
import { alarmEvent, applyTransitions, type PatientTransitions } from './apply-transitions.ts'
import type { RulesOf } from './rule-book.ts'
import { evaluateSilence, isAlerting, WATCHED_SILENCE_MS } from './evaluate-silence.ts'
import { DEFAULT_ALARM_SETTINGS } from './settings.ts'

export interface Swept {
  /** Monitors that time alone changed: data missing, a breach confirmed, a recovery confirmed. */
  monitors: number
  escalated: number
  repeated: number
}

/** Any constant does, as long as it stays the same from release to release. */
const sweepLock = 7_246_180_519
const monitorsPerPage = 2_000

/**
 * What time does to alarms while nobody sends anything: data goes missing, a lone critical value is confirmed, alarms
 * nobody answers are repeated and escalated. Call it about once a second; of several processes one does the work.
 */
export async function sweepAlarms(ctx: Ctx): Promise<Swept> {
  return transact(ctx, async (tx) => {
    const [lock] = await tx.sql<{ taken: boolean }>({
      text: 'select pg_try_advisory_xact_lock($1) taken',
      values: [sweepLock],
    })
    if (!lock?.taken) return { monitors: 0, escalated: 0, repeated: 0 }
    const monitors = await sweepMonitors(tx, ctx, await rulesInUse(tx, ctx))
    const escalated = await announce(tx, ctx, 'escalate')
    const repeated = await announce(tx, ctx, 'repeat')
    return { monitors, escalated, repeated }
  })
}

type Rules = ReadonlyMap<string, RulesOf>

/**
 * The rules of every hospital with somebody on a monitor. Before any monitor is taken: they come over connections that
 * readings may hold all of while they wait for a monitor.
 */
async function rulesInUse(tx: Transaction, { db }: Ctx): Promise<Rules> {
  const hospitals = await tx.sql<{ id: string }>({
    text: 'select distinct hospital_id id from patient_monitor where active',
  })
  const rules = new Map<string, RulesOf>()
  for (const { id } of hospitals) rules.set(id, await db.rules.of(id))
  return rules
}

interface SilentMonitor {
  patientId: string
  hospitalId: string
  admissionId: string
  wardId: string
  monitoring: 'continuous' | 'spot-checks'
  birthDate: string
  spo2Scale: 1 | 2
  state: string
}

const millisecondsPerYear = 365.2425 * 86_400_000

/** All of them, in pages: those at the end of the order are as silent as those at its beginning. */
async function sweepMonitors(tx: Transaction, ctx: Ctx, rules: Rules): Promise<number> {
  let count = 0
  let after: string | null = null
  do {
    const monitors: SilentMonitor[] = await silentMonitors(tx, ctx.now(), after)
    count += await settle(tx, ctx, { monitors, rules })
    after = monitors.length === monitorsPerPage ? (monitors.at(-1)?.patientId ?? null) : null
  } while (after !== null)
  return count
}

function silentMonitors(tx: Transaction, now: Date, after: string | null): Promise<SilentMonitor[]> {
  // A monitor that is just taking in readings is none of ours: they settle what time has done.
  return tx.sql<SilentMonitor>({
    text: `select patient_id "patientId", hospital_id "hospitalId", admission_id "admissionId", ward_id "wardId", monitoring,
                  birth_date "birthDate", spo2_scale "spo2Scale", state
             from patient_monitor
            where active and received_at is not null and ($1::uuid is null or patient_id > $1)
              and (is_alerting or (monitoring = 'continuous' and received_at < $2))
            order by patient_id limit ${monitorsPerPage} for update skip locked`,
    values: [after, new Date(now.getTime() - WATCHED_SILENCE_MS)],
  })
}

async function settle(
  tx: Transaction,
  ctx: Ctx,
  { monitors, rules: rulesOfAll }: { monitors: readonly SilentMonitor[]; rules: Rules },
): Promise<number> {
  const now = ctx.now()
  const changed = new Map<string, (PatientTransitions & { state: MonitorState; isAlerting: boolean })[]>()
  for (const { hospitalId, monitoring, birthDate, spo2Scale, state: stateText, ...ids } of monitors) {
    // Its first monitor came since the rules were read: the next sweep has it.
    const rulesOf = rulesOfAll.get(hospitalId)
    if (!rulesOf) continue
    const state = JSON.parse(stateText) as MonitorState
    const rules = rulesOf(ids.patientId, monitoring)
    const swept = evaluateSilence({
      state,
      rules,
      patient: { ageYears: Math.floor((now.getTime() - Date.parse(birthDate)) / millisecondsPerYear), spo2Scale },
      now: now.getTime(),
    })
    if (swept.state === state) continue
    const patients = changed.get(hospitalId) ?? []
    patients.push({ ...ids, ...swept, isAlerting: isAlerting(swept.state, rules, now.getTime()) })
    changed.set(hospitalId, patients)
  }
  let count = 0
  for (const [hospitalId, patients] of changed) {
    count += patients.length
    await tx.sql({
      text: `update patient_monitor m set state = u.state, is_alerting = u.is_alerting, xid = pg_current_xact_id()
               from unnest($1::uuid[], $2::text[], $3::bool[]) as u(patient_id, state, is_alerting)
              where m.patient_id = u.patient_id`,
      values: [
        patients.map(({ patientId }) => patientId),
        patients.map(({ state }) => JSON.stringify(state)),
        patients.map((patient) => patient.isAlerting),
      ],
    })
    for (const entry of await applyTransitions(tx.sql, ctx, { hospitalId, patients })) tx.audit(entry)
    tx.publish({ type: 'bedside', hospitalId })
  }
  return count
}

/** Seconds by level, as a table to join with. */
function levelTable(part: 'repeatSeconds' | 'escalateSeconds'): string {
  const { responses } = DEFAULT_ALARM_SETTINGS
  const rows = (['warning', 'critical', 'emergency'] as const).map((level) => `('${level}', ${responses[level][part]})`)
  return `(values ${rows.join(', ')}) as due(due_level, seconds)`
}

async function announce(tx: Transaction, ctx: Ctx, what: 'escalate' | 'repeat'): Promise<number> {
  const isEscalation = what === 'escalate'
  const statuses = isEscalation ? ['raised'] : ['raised', 'escalated']
  const alarms = await tx.sql<AlarmRow & { hospitalId: string }>({
    // The monitors first, as everybody takes them, and never waiting: whoever holds one is met again in a second.
    text: `with due as (
             select id, patient_id from alarm
               join ${levelTable(isEscalation ? 'escalateSeconds' : 'repeatSeconds')} on level = due_level
              where status = any($2)
                and greatest(${isEscalation ? 'created_at' : 'last_announced_at'} + make_interval(secs => seconds),
                             coalesce(snoozed_until, '-infinity')) <= $1
           ), held as (
             select patient_id from patient_monitor where patient_id in (select patient_id from due)
              order by patient_id for update skip locked
           )
           update alarm set last_announced_at = $1, announcements = announcements + 1, snoozed_until = null
             ${isEscalation ? `, status = 'escalated', escalated_at = $1` : ''}
            where id in (select id from due where patient_id in (select patient_id from held)) and status = any($2)
       returning hospital_id "hospitalId", ${alarmColumns}`,
    values: [ctx.now(), statuses],
  })
  const topic = isEscalation ? 'alarm.escalated' : 'alarm.repeated'
  const events = alarms.map(({ hospitalId, ...alarm }) => alarmEvent(topic, hospitalId, alarm))
  await appendEvents(tx.sql, ctx, events)
  if (isEscalation) {
    for (const { hospitalId, ...alarm } of alarms) {
      tx.audit({
        hospitalId,
        action: topic,
        resource: { type: 'alarm', id: alarm.id },
        patientIds: [alarm.patientId],
        detail: { rule: alarm.rule, level: alarm.level },
      })
    }
    await tx.sql({
      text: 'update patient_monitor set xid = pg_current_xact_id() where patient_id = any($1)',
      values: [alarms.map(({ patientId }) => patientId)],
    })
  }
  for (const hospitalId of new Set(alarms.map((alarm) => alarm.hospitalId))) tx.publish({ type: 'bedside', hospitalId })
  return alarms.length
}
