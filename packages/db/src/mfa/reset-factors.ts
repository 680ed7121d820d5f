import { type Transaction, transact, transactAsSystem } from '../database/transact.ts'
import { findPerson } from '../identity/find-user.ts'
import { ownLogin } from '../identity/own-login.ts'
import { requireStepUp } from '../identity/step-up.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { notice } from './security-notices.ts'
import { loginEmailPlace } from '../identity/login-email.ts'

/**
 * Takes the second factors from a colleague who lost theirs, and ends their sessions: the password alone signs in again,
 * and a new factor can be set up. One's own are removed otherwise; of somebody who works elsewhere too, acts for a patient
 * or administers the platform, only the operator resets them, so that no hospital opens the door of another.
 *
 * @throws DomainError `step_up_required`, `not_found`, `conflict`
 */
export async function resetMemberFactors(
  ctx: Ctx,
  { membershipId }: { membershipId: string },
): Promise<{ reset: true }> {
  const { hospitalId } = await authorizeStaff(ctx, 'mfa.manage', { type: 'hospital' })
  await requireStepUp(ctx)
  const { userId: resetBy } = ownLogin(ctx)
  // Another login's rows: each statement names the hospital or the login it means.
  return transactAsSystem(ctx, async (tx) => {
    // Locked: what the login comes to act for elsewhere in this moment is waited for.
    const [member] = await tx.sql<{ userId: string }>({
      text: `select m.user_id "userId" from membership m join app_user u on u.id = m.user_id and u.kind = 'person'
              where m.id = $1 and m.hospital_id = $2 and m.ended_at is null for update of u`,
      values: [membershipId, hospitalId],
    })
    if (!member) throw notFound('membership')
    if (member.userId === resetBy) {
      throw new DomainError('conflict', 'Another administrator resets yours.', { field: 'membershipId' })
    }
    if (await actsElsewhere(tx, { userId: member.userId, hospitalId })) {
      throw new DomainError('conflict', 'Only the operator resets these.', { field: 'membershipId' })
    }
    await reset(tx, ctx, { userId: member.userId, by: 'administrator' })
    tx.audit({
      hospitalId,
      action: 'mfa.reset',
      resource: { type: 'membership', id: membershipId },
      patientIds: [],
    })
    return { reset: true as const }
  })
}

/** For another hospital, for a patient, or for the platform: none of theirs is a hospital's to weaken. */
async function actsElsewhere(
  tx: Transaction,
  { userId, hospitalId }: { userId: string; hospitalId: string },
): Promise<boolean> {
  const elsewhere = await tx.sql({
    text: `select 1 from membership where user_id = $1 and hospital_id <> $2 and ended_at is null
           union all select 1 from patient_access where user_id = $1 and revoked_at is null
           union all select 1 from platform_admin where user_id = $1 and revoked_at is null limit 1`,
    values: [userId, hospitalId],
  })
  return elsewhere.length > 0
}

/**
 * The same for the operator, of any user (an id or an e-mail address): the way in that is left when no second
 * administrator is. There is no actor to authorise; it is audited under the operator's name.
 *
 * @returns null when there is no such user
 */
export async function resetUserFactors(ctx: Ctx, { user }: { user: string }): Promise<{ factors: number } | null> {
  return transact(ctx, async (tx) => {
    const person = await findPerson(tx.sql, ctx.db.keys, user)
    if (person === null) return null
    const { id: userId } = person
    const factors = await reset(tx, ctx, { userId, by: 'operator' })
    tx.audit({
      hospitalId: null,
      action: 'mfa.reset',
      resource: { type: 'user', id: userId },
      patientIds: [],
      detail: { factors },
    })
    return { factors }
  })
}

async function reset(
  tx: Transaction,
  ctx: Ctx,
  { userId, by }: { userId: string; by: 'administrator' | 'operator' },
): Promise<number> {
  const [login] = await tx.sql<{ emailCipher: Buffer | null }>({
    text: 'select email_cipher "emailCipher" from app_user where id = $1 for update',
    values: [userId],
  })
  const [gone] = await tx.sql<{ factors: number }>({
    text: `with totp as (delete from totp_factor where user_id = $1 returning confirmed_at),
                keys as (delete from passkey where user_id = $1 returning id),
                codes as (delete from recovery_code where user_id = $1),
                tickets as (delete from sign_in_ticket where user_id = $1),
                sessions as (delete from session where user_id = $1)
           select (select count(*)::int from totp where confirmed_at is not null) + (select count(*)::int from keys) factors`,
    values: [userId],
  })
  await notice(tx.sql, ctx, { userId, kind: 'factors-reset', by })
  if (login?.emailCipher) {
    const address = ctx.db.keys.decrypt(login.emailCipher, loginEmailPlace(userId))
    ctx.db.outbound.enqueue(tx, ctx, { userId, address, content: { kind: 'factors-reset', by } })
  }
  tx.publish({ type: 'session-ended', userId })
  return gone?.factors ?? 0
}
