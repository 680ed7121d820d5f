import { recordRead } from '../audit/record-read.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import type { Capacity } from '../policy/actor.ts'
import { checkPassword } from './check-password.ts'
import { normaliseEmail } from './email.ts'

export interface SignInInput {
  email: string
  password: string
  userAgent: string | null
}

export interface SignedIn {
  token: string
  expiresAt: string
  user: { id: string; name: string }
  capacities: readonly Capacity[]
}

/**
 * Opens a session. Unknown name and wrong password answer alike and take alike; failures count per name, known or not.
 *
 * @throws DomainError `credentials_wrong`, `locked_out`
 */
export async function signIn(ctx: Ctx, { email, password, userAgent }: SignInInput): Promise<SignedIn> {
  const { db } = ctx
  const subject = db.keys.blindIndex('email', normaliseEmail(email))
  const [user] = await db.sql<{ id: string; passwordHash: string | null }>({
    name: 'user_by_email',
    text: `select id, password_hash "passwordHash" from app_user where email_index = $1 and disabled_at is null`,
    values: [subject],
  })
  const isRight = await checkPassword(ctx, { subject, stored: user?.passwordHash ?? null, password }).catch(
    (error: unknown) => {
      if (error instanceof DomainError) db.refusals.noteSignIn(ctx, { userId: user?.id ?? null, reason: error.code })
      throw error
    },
  )
  if (!isRight || !user) {
    db.refusals.noteSignIn(ctx, { userId: user?.id ?? null, reason: 'credentials_wrong' })
    throw new DomainError('credentials_wrong', 'E-mail address or password is wrong.')
  }
  const { token, expiresAt } = await db.sessions.open({ userId: user.id, kind: 'person', userAgent })
  const session = await db.sessions.find(token)
  if (!session) throw new Error('A session just opened is not there.')
  await recordRead(
    { ...ctx, actor: { kind: 'user', userId: user.id, sessionId: session.sessionId, capacity: null, capacities: [] } },
    { hospitalId: null, action: 'identity.sign-in', resource: { type: 'user', id: user.id }, patientIds: [] },
  )
  return { token, expiresAt, user: { id: user.id, name: session.name }, capacities: session.capacities }
}
