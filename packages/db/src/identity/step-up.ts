import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { factorsOf, stepUpMethods } from '../mfa/factors.ts'
import { type Proof, prove } from '../mfa/prove.ts'
import type { RelyingParty } from '../mfa/relying-party.ts'
import { notedFor } from './noted-for.ts'
import { heldSession, renewSession } from './renew-session.ts'
import type { IssuedSession } from './sessions.ts'
import { ownLogin } from './own-login.ts'

const stepUpMinutes = 10

/**
 * For what must not be done with a session that merely lies open: asks that its holder has proved to be who they are,
 * within ten minutes. Signing in is such a proof. Programs and the system itself have nothing to prove.
 *
 * @throws DomainError `step_up_required`, with the methods that `stepUp` takes
 */
export async function requireStepUp(ctx: Ctx): Promise<void> {
  if (ctx.actor.kind === 'system') return
  const { userId, sessionId } = ownLogin(ctx)
  const [session] = await ctx.db.sql<{ steppedUpAt: string; kind: string }>({
    name: 'session_step_up',
    text: `select s.stepped_up_at "steppedUpAt", u.kind from session s join app_user u on u.id = s.user_id
            where s.handle = $1 and s.user_id = $2`,
    values: [sessionId, userId],
  })
  if (!session) throw new DomainError('unauthenticated', 'The session has ended.')
  if (session.kind === 'service') return
  if (Date.parse(session.steppedUpAt) > ctx.now().getTime() - stepUpMinutes * 60_000) return
  throw new DomainError('step_up_required', 'Prove that it is you: this needs more than an open session.', {
    methods: stepUpMethods(await factorsOf(ctx.db.sql, userId)),
  })
}

/**
 * Proves again who is signed in: with a second factor where the login has one, else with the password. Opens what
 * `requireStepUp` guards for ten minutes, and gives the session another token.
 *
 * @throws DomainError `credentials_wrong`, `locked_out`, `invalid` for a method that this login does not step up with
 */
export async function stepUp(
  ctx: Ctx,
  { proof, relyingParty }: { proof: Proof; relyingParty: RelyingParty },
): Promise<IssuedSession & { steppedUpUntil: string }> {
  const held = heldSession(ctx)
  const methods = stepUpMethods(await factorsOf(ctx.db.sql, held.userId))
  if (!methods.some((method) => method === proof.method)) {
    throw new DomainError('invalid', `proof.method: ${methods.join(' or ')}.`, { field: 'proof.method', methods })
  }
  // Whoever comes this far has an open session: the owner should see that somebody guesses.
  await prove(ctx, { userId: held.userId, proof, purpose: 'step-up', relyingParty }).catch(notedFor(ctx, held.userId))
  return transact(ctx, async (tx) => {
    const session = await renewSession(tx, ctx, { held, isProof: true, endsOthers: false })
    tx.audit({
      hospitalId: null,
      action: 'identity.step-up',
      resource: { type: 'user', id: held.userId },
      patientIds: [],
      detail: { method: proof.method },
    })
    return { ...session, steppedUpUntil: new Date(ctx.now().getTime() + stepUpMinutes * 60_000).toISOString() }
  })
}
