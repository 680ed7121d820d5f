import { recordRead } from '../audit/record-read.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { type Factors, factorsOf, secondFactorMethods, type SecondFactorMethod } from '../mfa/factors.ts'
import { type Proof, prove } from '../mfa/prove.ts'
import type { RelyingParty } from '../mfa/relying-party.ts'
import { acceptPasskey, type PasskeyAssertion } from '../mfa/passkey-assertion.ts'
import { limitedByAddress } from '../limits/limit-address.ts'
import type { Capacity } from '../policy/actor.ts'
import { checkPassword } from './check-password.ts'
import { normaliseEmail } from './email.ts'
import { notedFor } from './noted-for.ts'
import { passwordStands } from './password-stands.ts'
import { sessionIdOf } from './session-adapter.ts'
import { claimAttempt, issueTicket, redeemTicket, ticketInvalid } from './sign-in-ticket.ts'

export interface SignInInput {
  email: string
  password: string
  userAgent: string | null
}

export interface SignedIn {
  state: 'signed-in'
  token: string
  expiresAt: string
  user: { id: string; name: string }
  capacities: readonly Capacity[]
}

/** The password was right; the ticket and one of the methods open the session. */
export interface SecondFactorNeeded {
  state: 'second-factor'
  ticket: string
  expiresAt: string
  methods: SecondFactorMethod[]
}

/**
 * Opens a session, or asks for the second factor of a login that has one. Unknown name and wrong password answer alike
 * and take alike; failures count per name, known or not.
 *
 * @throws DomainError `credentials_wrong`, `locked_out`
 */
export async function signIn(
  ctx: Ctx,
  { email, password, userAgent }: SignInInput,
): Promise<SignedIn | SecondFactorNeeded> {
  const { db } = ctx
  const subject = db.keys.blindIndex('email', normaliseEmail(email))
  const [user] = await db.sql<{ id: string; passwordHash: string | null }>({
    name: 'user_by_email',
    text: `select id, password_hash "passwordHash" from app_user where email_index = $1 and disabled_at is null`,
    values: [subject],
  })
  const isRight = await checkPassword(ctx, { subject, stored: user?.passwordHash ?? null, password }).catch(
    notedFor(ctx, user?.id ?? null),
  )
  if (isRight && user && user.passwordHash !== null) {
    const { id: userId, passwordHash } = user
    const factors = await factorsOf(db.sql, userId)
    if (!hasSecond(factors)) {
      const session = await openSession(ctx, { userId, passwordHash, userAgent, method: 'password' })
      if (session) return session
    } else {
      const ticket = await issueTicket(ctx, { userId, passwordHash, userAgent })
      if (ticket) return { state: 'second-factor', ...ticket, methods: secondFactorMethods(factors) }
    }
  }
  db.refusals.noteSignIn(ctx, { userId: user?.id ?? null, reason: 'credentials_wrong' })
  throw new DomainError('credentials_wrong', 'E-mail address or password is wrong.')
}

const hasSecond = ({ hasTotp, passkeys }: Factors) => hasTotp || passkeys > 0

export interface CompleteSignInInput {
  ticket: string
  proof: Exclude<Proof, { method: 'password' }>
  userAgent: string | null
  relyingParty: RelyingParty
}

/**
 * The second step: a ticket opens one session, in the client that got it, and bears five attempts.
 *
 * @throws DomainError `ticket_invalid`, `credentials_wrong`, `locked_out`, `too_many`
 */
export async function completeSignIn(
  ctx: Ctx,
  { ticket, proof, userAgent, relyingParty }: CompleteSignInInput,
): Promise<SignedIn> {
  const holder = await limitedByAddress(ctx, 'sign-in', async () => {
    const claimed = await claimAttempt(ctx, { ticket, userAgent })
    const { userId } = claimed
    // Whoever comes this far knows the password: the owner should see that somebody does.
    await prove(ctx, { userId, proof, purpose: 'second-factor', relyingParty }).catch(notedFor(ctx, userId))
    return claimed
  })
  await redeemTicket(ctx, ticket)
  const session = await openSession(ctx, { ...holder, userAgent, method: proof.method })
  if (!session) throw ticketInvalid()
  return session
}

export interface PasskeySignInInput {
  response: PasskeyAssertion
  userAgent: string | null
  relyingParty: RelyingParty
}

/**
 * Signs in with a passkey alone, which says itself whose it is. The authenticator must have recognised its user, so it is
 * two factors in one.
 *
 * @throws DomainError `credentials_wrong`
 */
export async function signInWithPasskey(
  ctx: Ctx,
  { response, userAgent, relyingParty }: PasskeySignInInput,
): Promise<SignedIn> {
  const userId = await limitedByAddress(ctx, 'sign-in', async () => {
    const owner = await acceptPasskey(ctx, { response, purpose: 'sign-in', userId: null, relyingParty })
    if (owner === null) throw new DomainError('credentials_wrong', 'This passkey does not open an account here.')
    return owner
  }).catch(notedFor(ctx, null))
  const session = await openSession(ctx, { userId, passwordHash: null, userAgent, method: 'passkey' })
  if (!session) throw new DomainError('credentials_wrong', 'This account is not open.')
  return session
}

interface Opening {
  userId: string
  /** The one that was right; null where none was asked for. */
  passwordHash: string | null
  userAgent: string | null
  method: string
}

/**
 * Always a token nobody has seen before: what a client sent along when it asked is of no account.
 *
 * @returns null when the login was shut, or its password changed, in this moment
 */
async function openSession(ctx: Ctx, { userId, passwordHash, userAgent, method }: Opening): Promise<SignedIn | null> {
  const { sessions, sql } = ctx.db
  const { token, expiresAt } = await sessions.open({ userId, kind: 'person', userAgent, now: ctx.now() })
  if (passwordHash !== null && !(await passwordStands(sql, { userId, passwordHash }))) {
    await sql({ text: 'delete from session where id = $1', values: [sessionIdOf(token)] })
    return null
  }
  const session = await sessions.find(token)
  if (!session) return null
  await recordRead(
    { ...ctx, actor: { kind: 'user', userId, sessionId: session.sessionId, capacity: null, capacities: [] } },
    {
      hospitalId: null,
      action: 'identity.sign-in',
      resource: { type: 'user', id: userId },
      patientIds: [],
      detail: { method },
    },
  )
  return {
    state: 'signed-in',
    token,
    expiresAt,
    user: { id: userId, name: session.name },
    capacities: session.capacities,
  }
}
