import type { Query } from '../database/sql.ts'
import type { Ctx } from '../kernel/context.ts'

/** What happened to whom. Streams read it back by the transactions they have not seen yet; see live/. */
export interface DomainEvent {
  hospitalId: string
  patientId: string | null
  wardId: string | null
  topic: EventTopic
  /** Plain data without names; ids, states, values. */
  payload: Readonly<Record<string, unknown>>
}

export type EventTopic =
  | 'alarm.raised'
  | 'alarm.acknowledged'
  | 'alarm.escalated'
  | 'alarm.snoozed'
  | 'alarm.repeated'
  | 'alarm.resolved'
  | 'admission.admitted'
  | 'admission.transferred'
  | 'admission.discharged'
  | 'break-glass.opened'
  | 'break-glass.ended'
  | 'break-glass.reviewed'

/** Writes events in the transaction that makes them true. */
export async function appendEvents(
  sql: Query,
  ctx: Pick<Ctx, 'newId' | 'now'>,
  events: readonly DomainEvent[],
): Promise<void> {
  if (events.length === 0) return
  const at = ctx.now()
  await sql({
    name: 'event_append',
    text: `insert into event (id, hospital_id, patient_id, ward_id, topic, at, payload)
           select e.id, e."hospitalId", e."patientId", e."wardId", e.topic, $1, e.payload
             from jsonb_to_recordset($2) as e(id uuid, "hospitalId" uuid, "patientId" uuid, "wardId" uuid, topic text, payload jsonb)`,
    values: [at, JSON.stringify(events.map((event) => ({ id: ctx.newId(), ...event })))],
  })
}
