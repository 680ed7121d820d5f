import type { AuditEntry } from '../audit/audit-entry.ts'
import type { Query } from '../database/sql.ts'
import { appendEvents, type DomainEvent } from '../events/append-event.ts'
import type { Ctx } from '../kernel/context.ts'
import { type AlarmRow, alarmColumns } from './alarm-row.ts'
import type { Transition } from './transition.ts'

/** What the rules decided for one patient, in order. */
export interface PatientTransitions {
  patientId: string
  admissionId: string
  wardId: string
  transitions: readonly Transition[]
}

/**
 * Writes what the rules decided: alarms opened and resolved, an event each, and gives the audit entries to append. The open-alarm index makes a second alarm of
 * the same patient and rule impossible. Within one batch a rule may open and close more than once; such turns are
 * written in waves, each wave one statement a kind.
 */
export async function applyTransitions(
  sql: Query,
  ctx: Pick<Ctx, 'newId' | 'now'>,
  { hospitalId, patients }: { hospitalId: string; patients: readonly PatientTransitions[] },
): Promise<AuditEntry[]> {
  const events: DomainEvent[] = []
  for (const wave of wavesOf(patients)) {
    const resolved = await resolve(sql, wave)
    const raised = await raise(sql, ctx, { hospitalId, wave })
    for (const alarm of resolved) events.push(alarmEvent('alarm.resolved', hospitalId, alarm))
    for (const alarm of raised) events.push(alarmEvent('alarm.raised', hospitalId, alarm))
  }
  await appendEvents(sql, ctx, events)
  return events.map(alarmEntry)
}

/** An alarm's event as the audit log has it. */
export function alarmEntry({ hospitalId, topic, patientId, payload }: DomainEvent): AuditEntry {
  return {
    hospitalId,
    action: topic,
    resource: { type: 'alarm', id: String(payload['id']) },
    patientIds: patientId === null ? [] : [patientId],
    detail: { rule: String(payload['rule']), level: String(payload['level']) },
  }
}

export function alarmEvent(topic: DomainEvent['topic'], hospitalId: string, alarm: AlarmRow): DomainEvent {
  return { hospitalId, patientId: alarm.patientId, wardId: alarm.wardId, topic, payload: { ...alarm } }
}

interface Turn {
  patient: PatientTransitions
  transition: Transition
}

/** The n-th wave holds the n-th turn of every patient and rule. */
function wavesOf(patients: readonly PatientTransitions[]): Turn[][] {
  const waves: Turn[][] = []
  for (const patient of patients) {
    const turns = new Map<string, number>()
    for (const transition of patient.transitions) {
      const turn = turns.get(transition.rule) ?? 0
      turns.set(transition.rule, turn + 1)
      ;(waves[turn] ??= []).push({ patient, transition })
    }
  }
  return waves
}

async function resolve(sql: Query, wave: readonly Turn[]): Promise<AlarmRow[]> {
  const turns = wave.flatMap(({ patient, transition }) =>
    transition.type === 'resolve' ? [{ patientId: patient.patientId, ...transition }] : [],
  )
  if (turns.length === 0) return []
  return sql<AlarmRow>({
    name: 'alarms_resolve',
    // Never before it was raised: a device's clock may have run back in between.
    text: `update alarm set status = 'resolved', resolution = turn_reason, resolved_by = 'monitor',
                  resolved_at = greatest(raised_at, to_timestamp(turn_at / 1000))
             from unnest($1::uuid[], $2::text[], $3::float8[], $4::text[]) as t(turn_patient, turn_rule, turn_at, turn_reason)
            where patient_id = turn_patient and rule = turn_rule and status <> 'resolved'
        returning ${alarmColumns}`,
    values: [
      turns.map(({ patientId }) => patientId),
      turns.map(({ rule }) => rule),
      turns.map(({ at }) => at),
      turns.map(({ reason }) => reason),
    ],
  })
}

async function raise(
  sql: Query,
  ctx: Pick<Ctx, 'newId' | 'now'>,
  { hospitalId, wave }: { hospitalId: string; wave: readonly Turn[] },
): Promise<AlarmRow[]> {
  const turns = wave.flatMap(({ patient, transition }) =>
    transition.type === 'raise' ? [{ ...patient, ...transition }] : [],
  )
  if (turns.length === 0) return []
  return sql<AlarmRow>({
    name: 'alarms_raise',
    text: `insert into alarm (id, hospital_id, patient_id, admission_id, ward_id, rule, level, parameter, value, "limit",
                              status, raised_at, created_at, last_announced_at, announcements)
           select t.id, $1, t.patient_id, t.admission_id, t.ward_id, t.rule, t.level, t.parameter, t.value, t.bound,
                  'raised', to_timestamp(t.at / 1000), $2, $2, 1
             from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[],
                         $10::real[], $11::real[], $12::float8[])
               as t(id, patient_id, admission_id, ward_id, rule, level, parameter, value, bound, at)
           on conflict (patient_id, rule) where status <> 'resolved' do nothing
        returning ${alarmColumns}`,
    values: [
      hospitalId,
      ctx.now(),
      turns.map(() => ctx.newId()),
      turns.map(({ patientId }) => patientId),
      turns.map(({ admissionId }) => admissionId),
      turns.map(({ wardId }) => wardId),
      turns.map(({ rule }) => rule),
      turns.map(({ level }) => level),
      turns.map(({ parameter }) => parameter ?? null),
      turns.map(({ value }) => value ?? null),
      turns.map(({ limit }) => limit ?? null),
      turns.map(({ at }) => at),
    ],
  })
}
