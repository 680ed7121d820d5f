import type { Transaction } from '../database/transact.ts'
import type { Query } from '../database/sql.ts'
import type { Ctx } from '../kernel/context.ts'
import { newSecretToken, secretTokenHash } from '../kernel/secret-token.ts'
import { limitAttempts } from '../limits/limit-attempts.ts'
import { actorKey } from '../policy/actor.ts'
import { loginEmailPlace } from './login-email.ts'
import { PasswordReset } from './password-reset.entity.ts'

const lifeMinutes = 30

export interface ResetLink {
  /** Sets a password once; whoever has it has the login. */
  token: string
  expiresAt: string
}

/** A link for one login, within the caller's transaction; those made before are void. */
export async function issueResetLink(tx: Transaction, ctx: Ctx, { userId }: { userId: string }): Promise<ResetLink> {
  const token = newSecretToken()
  const expiresAt = new Date(ctx.now().getTime() + lifeMinutes * 60_000)
  await voidResetLinks(tx.sql, { userId, at: ctx.now() })
  tx.em.create(PasswordReset, {
    id: ctx.newId(),
    userId,
    tokenHash: secretTokenHash(token),
    requestedBy: actorKey(ctx.actor),
    createdAt: ctx.now(),
    expiresAt,
    usedAt: null,
  })
  return { token, expiresAt: expiresAt.toISOString() }
}

/** Links that others have sent to one login in an hour: each voids the one before, and nobody's inbox is to be filled. */
const mostSentPerHour = 5

/** @throws DomainError `too_many` */
export async function limitSentLinks(ctx: Ctx, to: string): Promise<void> {
  const attempt = {
    what: 'password-reset',
    subject: `sent/${to}`,
    most: mostSentPerHour,
    withinSeconds: 3_600,
  } as const
  await limitAttempts(ctx.db, attempt, ctx.now())
}

/** A link to the login's own address and to nobody else. */
export async function mailResetLink(
  tx: Transaction,
  ctx: Ctx,
  { userId, emailCipher }: { userId: string; emailCipher: Buffer },
): Promise<void> {
  const { token, expiresAt } = await issueResetLink(tx, ctx, { userId })
  const address = ctx.db.keys.decrypt(emailCipher, loginEmailPlace(userId))
  ctx.db.outbound.enqueue(tx, ctx, { userId, address, content: { kind: 'password-reset', token, expiresAt } })
}

export async function voidResetLinks(sql: Query, { userId, at }: { userId: string; at: Date }): Promise<void> {
  await sql({
    text: 'update password_reset set used_at = $2 where user_id = $1 and used_at is null',
    values: [userId, at],
  })
}
