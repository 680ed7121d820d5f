import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { findPerson } from './find-user.ts'
import { issueResetLink, type ResetLink } from './reset-link.ts'

/**
 * A link to set a new password, handed to the operator, who has the database anyway. Audited under the operator's name;
 * no procedure leads here, since whoever sees the link has the login.
 *
 * @returns null when there is no such person, or the login is disabled
 */
export function issueOperatorResetLink(ctx: Ctx, { user }: { user: string }): Promise<ResetLink | null> {
  return transact(ctx, async (tx) => {
    const found = await findPerson(tx.sql, ctx.db.keys, user)
    if (!found || found.isDisabled) return null
    tx.audit({
      hospitalId: null,
      action: 'identity.issue-reset-link',
      resource: { type: 'user', id: found.id },
      patientIds: [],
    })
    return issueResetLink(tx, ctx, { userId: found.id })
  })
}
