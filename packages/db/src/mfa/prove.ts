import { checkPassword } from '../identity/check-password.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { acceptPasskey, type PasskeyAssertion } from './passkey-assertion.ts'
import { acceptRecoveryCode } from './recovery-codes.ts'
import type { RelyingParty } from './relying-party.ts'
import { notice } from './security-notices.ts'
import { acceptTotp } from './totp.ts'

/** One way to prove who one is. */
export type Proof =
  | { method: 'password'; password: string }
  | { method: 'totp'; code: string }
  | { method: 'recovery-code'; code: string }
  | { method: 'passkey'; response: PasskeyAssertion }

export interface ProveInput {
  userId: string
  proof: Proof
  purpose: 'second-factor' | 'step-up'
  relyingParty: RelyingParty
}

/** Ends well when the proof is the login's; each is good once. @throws DomainError `credentials_wrong`, `locked_out` */
export async function prove(ctx: Ctx, input: ProveInput): Promise<void> {
  if (await isProved(ctx, input)) return
  throw new DomainError('credentials_wrong', 'That did not prove who you are.', { field: 'proof' })
}

async function isProved(ctx: Ctx, { userId, proof, purpose, relyingParty }: ProveInput): Promise<boolean> {
  switch (proof.method) {
    case 'password': {
      const [user] = await ctx.db.sql<{ subject: Buffer; stored: string | null }>({
        text: `select email_index subject, password_hash stored from app_user where id = $1 and email_index is not null`,
        values: [userId],
      })
      return user !== undefined && checkPassword(ctx, { ...user, password: proof.password })
    }
    case 'totp':
      return (await acceptTotp(ctx, { userId, code: proof.code, state: 'confirmed' })) !== null
    case 'recovery-code': {
      const isRight = await acceptRecoveryCode(ctx, { userId, code: proof.code })
      if (isRight) await notice(ctx.db.sql, ctx, { userId, kind: 'recovery-code-used', by: 'self' })
      return isRight
    }
    case 'passkey':
      return (await acceptPasskey(ctx, { response: proof.response, purpose, userId, relyingParty })) !== null
  }
}
