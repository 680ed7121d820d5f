import { followPerson } from '../consent/follow-person.ts'
import { violatedConstraint } from '../database/sql-state.ts'
import { transactAsSystem } from '../database/transact.ts'
import { openDoctorProfile } from '../doctors/open-doctor-profile.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { standingInRelations } from '../policy/standing-in.ts'
import { type StaffRole, staffRoles } from '../policy/actor.ts'
import { staffPermissions } from '../policy/permissions.ts'
import { limitedByAddress } from '../limits/limit-address.ts'
import { checkPassword } from './check-password.ts'
import { createUser } from './create-user.ts'
import { Membership, PatientAccess, type patientRelations } from './identity.entity.ts'
import { hashPassword } from './passwords.ts'
import { endSessionsOfGain } from './renew-session.ts'
import { secretTokenHash } from '../kernel/secret-token.ts'

interface Accepted {
  id: string
  hospitalId: string
  emailCipher: Buffer
  role: StaffRole | null
  patientId: string | null
  relation: (typeof patientRelations)[number] | null
}

/**
 * Joins by invitation. A new address gets a login with this password; a known one must give its present password, and
 * gains the capacity, and signs in anew to use it. An invitation opens once: whoever loses the race gets
 * `invitation_invalid`. Failures count against the network address.
 *
 * @throws DomainError `invitation_invalid`, `too_many`, `password_weak`, and for a known address `credentials_wrong` or `locked_out`:
 * whoever invites an address must not gain a way around the lock of its account
 */
export async function acceptInvitation(
  ctx: Ctx,
  { token, name, password }: { token: string; name: string; password: string },
): Promise<{ userId: string }> {
  // Passwords are worked on before the transaction: a queue of them must not hold the connections that others need.
  return limitedByAddress(ctx, 'invitation-accept', async () => {
    const login = await openLogin(ctx, { token, password })
    return join(ctx, { token, name, login })
  })
}

type Login = { isNew: true; passwordHash: string } | { isNew: false; userId: string }

function join(
  ctx: Ctx,
  { token, name, login }: { token: string; name: string; login: Login | null },
): Promise<{ userId: string }> {
  return transactAsSystem(ctx, async (tx) => {
    const [invitation] = await tx.sql<Accepted>({
      text: `update invitation i set accepted_at = $2 where i.token_hash = $1 and ${isOpen}
          returning id, hospital_id "hospitalId", email_cipher "emailCipher", role, patient_id "patientId", relation`,
      values: [secretTokenHash(token), ctx.now()],
    })
    if (!invitation || !login) {
      throw new DomainError('invitation_invalid', 'This invitation is not valid (any more).', { field: 'token' })
    }
    const { id, hospitalId, role, patientId, relation } = invitation
    const email = ctx.db.keys.decrypt(invitation.emailCipher, { table: 'invitation', column: 'email', id })
    const userId = login.isNew
      ? await createUser(tx, ctx, { name, email, passwordHash: login.passwordHash })
      : login.userId
    const common = { id: ctx.newId(), userId, grantedBy: `invitation:${id}`, createdAt: ctx.now() }
    if (role !== null) tx.em.create(Membership, { ...common, hospitalId, role, endedAt: null })
    else if (patientId !== null && relation !== null) {
      tx.em.create(PatientAccess, { ...common, patientId, relation, revokedAt: null })
    }
    try {
      await tx.em.flush()
    } catch (error) {
      const constraint = violatedConstraint(error)
      if (constraint === 'membership_active_uq' || constraint === 'patient_access_active_uq') {
        throw new DomainError('conflict', 'This login holds that capacity already.', { field: 'token' })
      }
      throw error
    }
    if (role !== null) await followPerson(tx, ctx, { hospitalId, userId, membershipId: common.id })
    if (role === 'doctor') await openDoctorProfile(tx.sql, ctx, { membershipId: common.id, hospitalId, userId })
    tx.audit({
      hospitalId,
      action: 'invitation.accept',
      resource: { type: 'invitation', id },
      patientIds: patientId === null ? [] : [patientId],
      detail: { role, relation },
    })
    tx.publish({ type: 'access', hospitalId })
    if (!login.isNew) await endSessionsOfGain(tx, userId)
    return { userId }
  })
}

const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join()
const invitingRoles = quoted(staffRoles.filter((role) => staffPermissions[role]['staff.invite'] !== undefined))

/**
 * Whether `invitation i` is open at `$2`: not used, not taken back, not over, and of somebody who may still invite. Else
 * whoever is dismissed, demoted, shut out or no longer close to a patient would come back by an invitation that they sent
 * to themselves in time. A patient whom a colleague invited who has left since is still welcome.
 */
const isOpen = `i.accepted_at is null and i.revoked_at is null and i.expires_at > $2
  and (i.role is null or i.invited_by = 'system' or exists (
    select 1 from membership m join app_user u on u.id = m.user_id and u.disabled_at is null
     where m.hospital_id = i.hospital_id and m.user_id::text = i.invited_by and m.ended_at is null
       and m.role in (${invitingRoles})))
  and (i.patient_id is null
    or not exists (select 1 from patient_access a where a.patient_id = i.patient_id and a.user_id::text = i.invited_by)
    or exists (select 1 from patient_access a join app_user u on u.id = a.user_id and u.disabled_at is null
                where a.patient_id = i.patient_id and a.user_id::text = i.invited_by and a.revoked_at is null
                  and a.relation in (${quoted(standingInRelations)})))`

/** The login that the invited address has, opened by its password, or is about to get; null without an open invitation. */
async function openLogin(ctx: Ctx, { token, password }: { token: string; password: string }): Promise<Login | null> {
  const [invited] = await ctx.db.sql<{ subject: Buffer; userId: string | null; passwordHash: string | null }>({
    text: `select i.email_index subject, u.id "userId", u.password_hash "passwordHash"
             from invitation i left join app_user u on u.email_index = i.email_index and u.disabled_at is null
            where i.token_hash = $1 and ${isOpen}`,
    values: [secretTokenHash(token), ctx.now()],
  })
  if (!invited) return null
  const { subject, userId, passwordHash } = invited
  if (userId === null) return { isNew: true, passwordHash: await hashPassword(password) }
  if (await checkPassword(ctx, { subject, stored: passwordHash, password })) return { isNew: false, userId }
  throw new DomainError('credentials_wrong', 'This address has an account already: give its present password.', {
    field: 'password',
  })
}
