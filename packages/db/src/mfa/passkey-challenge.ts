import { randomBytes } from 'node:crypto'
import type { Ctx } from '../kernel/context.ts'
import type { challengePurposes } from './mfa.entity.ts'

export type ChallengePurpose = (typeof challengePurposes)[number]

const lifeMinutes = 5

/** Something new to sign, for this purpose and (unless the passkey is to say so) this login. */
export async function issueChallenge(
  ctx: Ctx,
  { purpose, userId }: { purpose: ChallengePurpose; userId: string | null },
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(randomBytes(32))
  await ctx.db.sql({
    text: 'insert into passkey_challenge (challenge, purpose, user_id, expires_at) values ($1, $2, $3, $4)',
    values: [
      Buffer.from(bytes).toString('base64url'),
      purpose,
      userId,
      new Date(ctx.now().getTime() + lifeMinutes * 60_000),
    ],
  })
  return bytes
}

/** Takes the challenge that a signed answer names: an answer counts once, whatever it is worth. */
export async function takeChallenge(
  ctx: Ctx,
  { clientDataJSON, purpose, userId }: { clientDataJSON: string; purpose: ChallengePurpose; userId: string | null },
): Promise<string | null> {
  const challenge = challengeIn(clientDataJSON)
  if (challenge === null) return null
  const taken = await ctx.db.sql({
    text: `delete from passkey_challenge
            where challenge = $1 and purpose = $2 and user_id is not distinct from $3 and expires_at > $4 returning challenge`,
    values: [challenge, purpose, userId, ctx.now()],
  })
  return taken.length === 1 ? challenge : null
}

function challengeIn(clientDataJSON: string): string | null {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))
    if (typeof data !== 'object' || data === null || !('challenge' in data)) return null
    // PostgreSQL holds no NUL, and a challenge of ours has nothing but base64url.
    return typeof data.challenge === 'string' && /^[\w-]+$/.test(data.challenge) ? data.challenge : null
  } catch {
    // What is no JSON names no challenge.
    return null
  }
}
