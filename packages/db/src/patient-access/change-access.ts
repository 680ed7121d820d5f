import { type Transaction, transact, transactAsSystem } from '../database/transact.ts'
import { ownLogin } from '../identity/own-login.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, forbidden, notFound } from '../kernel/errors.ts'
import { PatientAccess } from '../identity/identity.entity.ts'
import { actorKey } from '../policy/actor.ts'
import { type Access, authorize } from '../policy/authorize.ts'
import type { PatientRelation } from '../policy/standing-in.ts'

interface NamedAccess {
  patientId: string
  accessId: string
}

/**
 * Another relation for a login that may act for a patient: the old grant ends and a new one begins, so that both keep who
 * granted them and since when. That a login *is* the patient, or is no longer, is for staff to say.
 */
export async function changeRelation(
  ctx: Ctx,
  { relation, ...named }: NamedAccess & { relation: PatientRelation },
): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    // Within, so that whoever gives up managing by this very act still gets the answer again.
    const access = await mayManage(ctx, named.patientId)
    const { ended, lastSelf } = await endAccess(tx, ctx, named)
    if (access.reach === 'self' && (ended.relation === 'self' || relation === 'self')) throw forbidden()
    if (lastSelf && relation !== 'self') throw lastSelfAccess()
    const id = ctx.newId()
    tx.em.create(PatientAccess, {
      id,
      userId: ended.userId,
      patientId: named.patientId,
      relation,
      grantedBy: actorKey(ctx.actor),
      createdAt: ctx.now(),
      revokedAt: null,
    })
    await record(tx, access, {
      action: 'patient-access.change',
      id,
      patientId: named.patientId,
      detail: { userId: ended.userId, from: ended.relation, relation },
    })
    return { id }
  })
}

/**
 * Takes a login's leave to act for a patient; it ends within 2 s, live streams included. Who stands in for the patient
 * takes it from anybody but a login that is the patient's own, and a patient never from their own last one; staff can,
 * by saying that they mean it.
 *
 * @throws DomainError `last_self_access`
 */
export async function revokeAccess(
  ctx: Ctx,
  { evenLastSelf = false, ...named }: NamedAccess & { evenLastSelf?: boolean | undefined },
): Promise<{ revoked: true; wasLastSelf: boolean }> {
  return transact(ctx, async (tx) => {
    // Within, so that whoever loses access by this very act still gets the answer again under the same idempotency key.
    const access = await mayManage(ctx, named.patientId)
    const { ended, lastSelf } = await endAccess(tx, ctx, named)
    const isOwn = ctx.actor.kind === 'user' && ctx.actor.userId === ended.userId
    if (access.reach === 'self' && ended.relation === 'self' && !isOwn && !actsAsSelf(ctx)) throw forbidden()
    if (lastSelf && (access.reach === 'self' || !evenLastSelf)) throw lastSelfAccess()
    await record(tx, access, {
      action: 'patient-access.revoke',
      id: named.accessId,
      patientId: named.patientId,
      detail: { userId: ended.userId, relation: ended.relation, wasLastSelf: lastSelf },
    })
    return { revoked: true as const, wasLastSelf: lastSelf }
  })
}

/** A login gives up acting for a patient by its own will, whatever it acts as now. Its own last `self` too. */
export async function leavePatient(ctx: Ctx, { accessId }: { accessId: string }): Promise<{ left: true }> {
  const actor = ownLogin(ctx)
  // As the system: the login may act as something else just now, whose scope does not reach this patient.
  return transactAsSystem(ctx, async (tx) => {
    const [ended] = await tx.sql<{ patientId: string; relation: PatientRelation }>({
      text: `update patient_access set revoked_at = $3 where id = $1 and user_id = $2 and revoked_at is null
          returning patient_id "patientId", relation`,
      values: [accessId, actor.userId, ctx.now()],
    })
    if (!ended) throw notFound('access')
    await record(tx, null, {
      action: 'patient-access.leave',
      id: accessId,
      patientId: ended.patientId,
      detail: { relation: ended.relation },
    })
    return { left: true as const }
  })
}

function mayManage(ctx: Ctx, patientId: string): Promise<Access> {
  return authorize(ctx, 'patient-access.manage', { type: 'patient', id: patientId })
}

function actsAsSelf({ actor }: Ctx): boolean {
  return actor.kind === 'user' && actor.capacity?.as === 'patient' && actor.capacity.relation === 'self'
}

interface EndedAccess {
  userId: string
  relation: PatientRelation
}

/** Ends one grant. All of the patient's own logins are locked in one order, so that two cannot end each other at once. */
async function endAccess(
  tx: Transaction,
  ctx: Ctx,
  { patientId, accessId }: NamedAccess,
): Promise<{ ended: EndedAccess; lastSelf: boolean }> {
  const selves = await tx.sql<{ id: string }>({
    text: `select id from patient_access where patient_id = $1 and relation = 'self' and revoked_at is null
            order by id for update`,
    values: [patientId],
  })
  const [ended] = await tx.sql<EndedAccess>({
    text: `update patient_access set revoked_at = $3 where id = $1 and patient_id = $2 and revoked_at is null
        returning user_id "userId", relation`,
    values: [accessId, patientId, ctx.now()],
  })
  if (!ended) throw notFound('access')
  return { ended, lastSelf: selves.length === 1 && selves[0]?.id === accessId }
}

function lastSelfAccess(): DomainError {
  return new DomainError('last_self_access', 'The patient would have no login of their own left.', {
    field: 'accessId',
  })
}

interface Change {
  action: string
  id: string
  patientId: string
  detail: Readonly<Record<string, string | boolean>>
}

/** In the log of the hospital that did it, or else of every hospital that has a file of the patient. */
async function record(
  tx: Transaction,
  access: Access | null,
  { action, id, patientId, detail }: Change,
): Promise<void> {
  const hospitals = access !== null && access.reach !== 'self' ? [access.hospitalId] : await hospitalsOf(tx, patientId)
  for (const hospitalId of hospitals) {
    tx.audit({ hospitalId, action, resource: { type: 'patient-access', id }, patientIds: [patientId], detail })
  }
  // Whoever it concerns may look on from any hospital: every process asks again.
  tx.publish({ type: 'access', hospitalId: null })
}

async function hospitalsOf(tx: Transaction, patientId: string): Promise<(string | null)[]> {
  const files = await tx.sql<{ hospitalId: string }>({
    text: 'select hospital_id "hospitalId" from registration where patient_id = $1 and removed_at is null order by 1',
    values: [patientId],
  })
  return files.length === 0 ? [null] : files.map(({ hospitalId }) => hospitalId)
}
