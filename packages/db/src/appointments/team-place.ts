import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { actorKey } from '../policy/actor.ts'
import type { Appointment } from './appointment.entity.ts'
import { occupyingStatuses, pendingStatuses } from './states.ts'

interface Place {
  hospitalId: string
  membershipId: string
  patientId: string
}

/**
 * Whoever is visited must see the patient: puts the doctor on the patient's own team, and answers that place, or null where
 * the doctor had one. The doctor's calendar must be locked.
 */
export async function openPlace(
  tx: Transaction,
  ctx: Ctx,
  { hospitalId, membershipId, patientId }: Place,
): Promise<string | null> {
  const id = ctx.newId()
  const made = await tx.sql({
    text: `insert into care_team_member (id, hospital_id, membership_id, patient_id, ward_id, since, until, granted_by)
           values ($1, $2, $3, $4, null, $5, null, $6)
           on conflict (membership_id, patient_id, ward_id) where until is null do nothing returning 1`,
    values: [id, hospitalId, membershipId, patientId, ctx.now(), actorKey(ctx.actor)],
  })
  if (made.length === 0) return null
  tx.audit({
    hospitalId,
    action: 'care-team.assign',
    resource: { type: 'care-team-member', id },
    patientIds: [patientId],
    detail: { membershipId, wardId: null, through: 'appointment' },
  })
  tx.publish({ type: 'access', hospitalId })
  return id
}

/**
 * Ends the place that an appointment made which never began. Where the doctor expects the patient a second time the place
 * goes over to that appointment; where the doctor has treated the patient meanwhile it stays.
 */
export async function closePlace(tx: Transaction, ctx: Ctx, appointment: Appointment): Promise<void> {
  const { id, hospitalId, membershipId, patientId, careTeamMemberId } = appointment
  if (!careTeamMemberId || !patientId) return
  const others = await tx.sql<{ id: string; isPending: boolean }>({
    text: `select id, status = any($4) "isPending" from appointment
            where membership_id = $1 and patient_id = $2 and id <> $3 and status = any($5) order by starts_at, id`,
    values: [membershipId, patientId, id, pendingStatuses, occupyingStatuses],
  })
  const heir = others.find(({ isPending }) => isPending)
  if (heir) {
    await tx.sql({
      text: 'update appointment set care_team_member_id = $2 where id = $1 and care_team_member_id is null',
      values: [heir.id, careTeamMemberId],
    })
  }
  if (others.length > 0) return
  const ended = await tx.sql({
    text: 'update care_team_member set until = $2 where id = $1 and until is null returning 1',
    values: [careTeamMemberId, ctx.now()],
  })
  if (ended.length === 0) return
  tx.audit({
    hospitalId,
    action: 'care-team.end',
    resource: { type: 'care-team-member', id: careTeamMemberId },
    patientIds: [patientId],
    detail: { wardId: null, through: 'appointment' },
  })
  tx.publish({ type: 'access', hospitalId })
}
