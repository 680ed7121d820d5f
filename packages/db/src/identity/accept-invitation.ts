import { violatedConstraint } from '../database/sql-state.ts'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import type { StaffRole } from '../policy/actor.ts'
import { createUser } from './create-user.ts'
import { Membership, PatientAccess, type patientRelations } from './identity.entity.ts'
import { invitationHash } from './invite.ts'
import { hashPassword, passwordMatches } from './passwords.ts'

interface Accepted {
  id: string
  hospitalId: string
  emailCipher: Buffer
  emailIndex: Buffer
  role: StaffRole | null
  patientId: string | null
  relation: (typeof patientRelations)[number] | null
}

/**
 * Joins by invitation. A new address gets a login with this password; a known one must give its present password, and
 * gains the capacity. An invitation opens once: whoever loses the race gets `invitation_invalid`.
 */
export async function acceptInvitation(
  ctx: Ctx,
  { token, name, password }: { token: string; name: string; password: string },
): Promise<{ userId: string }> {
  return transact(ctx, async (tx) => {
    const [invitation] = await tx.sql<Accepted>({
      text: `update invitation set accepted_at = $2
              where token_hash = $1 and accepted_at is null and revoked_at is null and expires_at > $2
          returning id, hospital_id "hospitalId", email_cipher "emailCipher", email_index "emailIndex", role,
                    patient_id "patientId", relation`,
      values: [invitationHash(token), ctx.now()],
    })
    if (!invitation)
      throw new DomainError('invitation_invalid', 'This invitation is not valid (any more).', { field: 'token' })
    const { id, hospitalId, role, patientId, relation } = invitation
    const [known] = await tx.sql<{ id: string; passwordHash: string | null }>({
      text: `select id, password_hash "passwordHash" from app_user where email_index = $1 and disabled_at is null`,
      values: [invitation.emailIndex],
    })
    if (known && !(await passwordMatches(known.passwordHash, password))) {
      throw new DomainError('credentials_wrong', 'This address has an account already: give its present password.', {
        field: 'password',
      })
    }
    const email = ctx.db.keys.decrypt(invitation.emailCipher, { table: 'invitation', column: 'email', id })
    const userId = known?.id ?? (await createUser(tx, ctx, { name, email, passwordHash: await hashPassword(password) }))
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
    tx.audit({
      hospitalId,
      action: 'invitation.accept',
      resource: { type: 'invitation', id },
      patientIds: patientId === null ? [] : [patientId],
      detail: { role, relation },
    })
    tx.publish({ type: 'access', hospitalId })
    return { userId }
  })
}
