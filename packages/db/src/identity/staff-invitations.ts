import { type Page, pageOf } from '../database/page.ts'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { nobody } from '../kernel/ids.ts'
import { notFound } from '../kernel/errors.ts'
import type { StaffRole } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'

export interface InvitationRow {
  id: string
  email: string
  role: StaffRole
  invitedBy: string | null
  since: string
  expiresAt: string
}

/** Invitations to the staff that nobody has accepted yet, oldest first. */
export async function listStaffInvitations(
  ctx: Ctx,
  { after, limit }: { after: string | null; limit: number },
): Promise<Page<InvitationRow>> {
  const { hospitalId } = await authorizeStaff(ctx, 'staff.invite', { type: 'hospital' })
  const rows = await ctx.sql<Omit<InvitationRow, 'email'> & { emailCipher: Buffer }>({
    text: `select i.id, i.email_cipher "emailCipher", i.role, u.name "invitedBy", i.created_at since, i.expires_at "expiresAt"
             from invitation i left join app_user u on u.id::text = i.invited_by
            where i.hospital_id = $1 and i.role is not null and i.accepted_at is null and i.revoked_at is null
              and i.expires_at > $2 and i.id > $3
            order by i.id limit $4`,
    values: [hospitalId, ctx.now(), after ?? nobody, limit + 1],
  })
  const { items: page, next } = pageOf(rows, limit, ({ id }) => id)
  const items = page.map(({ emailCipher, ...row }) => ({
    ...row,
    email: ctx.db.keys.decrypt(emailCipher, { table: 'invitation', column: 'email', id: row.id }),
  }))
  return { items, next }
}

/** Takes an invitation back before it is accepted: it opens nothing from now on. */
export async function revokeStaffInvitation(
  ctx: Ctx,
  { invitationId }: { invitationId: string },
): Promise<{ revoked: true }> {
  const { hospitalId } = await authorizeStaff(ctx, 'staff.invite', { type: 'hospital' })
  return transact(ctx, async (tx) => {
    const revoked = await tx.sql({
      text: `update invitation set revoked_at = $3
              where id = $1 and hospital_id = $2 and role is not null and accepted_at is null and revoked_at is null
          returning id`,
      values: [invitationId, hospitalId, ctx.now()],
    })
    if (revoked.length === 0) throw notFound('invitation')
    tx.audit({
      hospitalId,
      action: 'staff.revoke-invitation',
      resource: { type: 'invitation', id: invitationId },
      patientIds: [],
    })
    return { revoked: true as const }
  })
}
