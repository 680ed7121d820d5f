import { createHash } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import type { Query } from '../database/sql.ts'
import type { Ctx } from '../kernel/context.ts'
import { claimTry, forgetFailures } from '../identity/sign-in-throttle.ts'

/** RFC 6238 as every authenticator app does it. */
const form = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** Steps a phone's clock may be off, either way. */
const window = 1

export const totpPlace = (id: string) => ({ table: 'totp_factor', column: 'secret', id })

/** 160 random bits, in base32 as apps take it by hand. */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32

export function totpUri({ secret, label }: { secret: string; label: string }): string {
  return new TOTP({ issuer: 'Chartwire', label, secret: Secret.fromBase32(secret), ...form }).toString()
}

/** The time step whose code this is, among those that count now; null when it is none of theirs. */
function stepOf({ secret, code, now }: { secret: string; code: string; now: Date }): number | null {
  const timestamp = now.getTime()
  const totp = new TOTP({ secret: Secret.fromBase32(secret), ...form })
  const delta = totp.validate({ token: code, timestamp, window })
  return delta === null ? null : TOTP.counter({ period: form.period, timestamp }) + delta
}

/** Tries of a login's codes are counted like those of its password, and apart from them. */
const triesOf = (userId: string) => createHash('sha256').update(`second-factor\0${userId}`).digest()

interface StoredFactor {
  id: string
  secretCipher: Buffer
}

/**
 * Whether the code is right for the login's app, confirmed or (`pending`) about to be. A code opens once: its time step is
 * stored by compare-and-set, and no code at or before it counts again.
 *
 * @returns the factor's id, or null
 * @throws DomainError `locked_out`
 */
export async function acceptTotp(
  ctx: Ctx,
  { userId, code, state }: { userId: string; code: string; state: 'confirmed' | 'pending' },
): Promise<string | null> {
  const { sql, keys } = ctx.db
  const tries = triesOf(userId)
  await claimTry(sql, tries, ctx.now())
  const [factor] = await sql<StoredFactor>({
    name: `totp_${state}`,
    text: `select id, secret_cipher "secretCipher" from totp_factor
            where user_id = $1 and confirmed_at is ${state === 'confirmed' ? 'not ' : ''}null`,
    values: [userId],
  })
  if (!factor) return null
  const secret = keys.decrypt(factor.secretCipher, totpPlace(factor.id))
  const step = stepOf({ secret, code, now: ctx.now() })
  if (step === null || !(await isNew(sql, factor.id, step))) return null
  await forgetFailures(sql, tries)
  return factor.id
}

async function isNew(sql: Query, id: string, step: number): Promise<boolean> {
  const taken = await sql({
    name: 'totp_step',
    text: 'update totp_factor set last_step = $2 where id = $1 and (last_step is null or last_step < $2) returning id',
    values: [id, step],
  })
  return taken.length === 1
}
