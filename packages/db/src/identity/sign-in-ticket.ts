import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { newSecretToken, secretTokenHash } from '../kernel/secret-token.ts'
import { passwordStands } from './password-stands.ts'

const lifeMinutes = 5
const mostAttempts = 5

export const ticketInvalid = () =>
  new DomainError('ticket_invalid', 'This sign-in is not open (any more): begin again.', { field: 'ticket' })

/**
 * Says that the password was right, for the client that gave it and five minutes; stored only as a hash. A new password
 * ends it.
 *
 * @returns null when the password is another by now
 */
export async function issueTicket(
  ctx: Ctx,
  { userId, passwordHash, userAgent }: { userId: string; passwordHash: string; userAgent: string | null },
): Promise<{ ticket: string; expiresAt: string } | null> {
  const ticket = newSecretToken()
  const expiresAt = new Date(ctx.now().getTime() + lifeMinutes * 60_000)
  await ctx.db.sql({
    text: 'insert into sign_in_ticket (id, user_id, user_agent, expires_at) values ($1, $2, $3, $4)',
    values: [secretTokenHash(ticket), userId, userAgent, expiresAt],
  })
  if (await passwordStands(ctx.db.sql, { userId, passwordHash })) return { ticket, expiresAt: expiresAt.toISOString() }
  await ctx.db.sql({ text: 'delete from sign_in_ticket where id = $1', values: [secretTokenHash(ticket)] })
  return null
}

interface PresentedTicket {
  ticket: string
  userAgent: string | null
}

const open = `id = $1 and expires_at > $2 and user_agent is not distinct from $3 and attempts < ${mostAttempts}
  and exists (select 1 from app_user u where u.id = user_id and u.disabled_at is null)`

/** Whose sign-in an open ticket is. @throws DomainError `ticket_invalid` */
export async function readTicket(ctx: Ctx, { ticket, userAgent }: PresentedTicket): Promise<string> {
  const [row] = await ctx.db.sql<{ userId: string }>({
    text: `select user_id "userId" from sign_in_ticket where ${open}`,
    values: [secretTokenHash(ticket), ctx.now(), userAgent],
  })
  if (!row) throw ticketInvalid()
  return row.userId
}

/** Of the login whose password was right. */
export interface TicketHolder {
  userId: string
  passwordHash: string
}

/** Counts an attempt before it is made, so that many sent at once are no more than five. @throws DomainError `ticket_invalid` */
export async function claimAttempt(ctx: Ctx, { ticket, userAgent }: PresentedTicket): Promise<TicketHolder> {
  const [row] = await ctx.db.sql<TicketHolder>({
    text: `update sign_in_ticket set attempts = attempts + 1 where ${open}
        returning user_id "userId", (select u.password_hash from app_user u where u.id = user_id) "passwordHash"`,
    values: [secretTokenHash(ticket), ctx.now(), userAgent],
  })
  if (!row) throw ticketInvalid()
  return row
}

/** Takes the ticket: it opens one session. @throws DomainError `ticket_invalid` to whoever loses the race */
export async function redeemTicket(ctx: Ctx, ticket: string): Promise<void> {
  const taken = await ctx.db.sql({
    text: 'delete from sign_in_ticket where id = $1 returning user_id',
    values: [secretTokenHash(ticket)],
  })
  if (taken.length !== 1) throw ticketInvalid()
}
