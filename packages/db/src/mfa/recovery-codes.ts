import { createHash, randomBytes } from 'node:crypto'
import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { RecoveryCode } from './mfa.entity.ts'

const codes = 10
/** Crockford's alphabet: nothing in it is taken for something else. 16 signs are 80 bits. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const length = 16

function newCode(): string {
  const signs = Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % alphabet.length)).join('')
  return signs.replaceAll(/(.{4})(?=.)/g, '$1-')
}

/** However it was copied: case, spaces, hyphens, and the letters that are taken for digits. */
function normaliseCode(code: string): string {
  return code
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
}

function hashOf(userId: string, code: string): Buffer {
  return createHash('sha256')
    .update(`${userId}\0${normaliseCode(code)}`)
    .digest()
}

/** Ten new codes in place of all before, shown once. Within the caller's transaction. */
export async function replaceRecoveryCodes(tx: Transaction, ctx: Ctx, userId: string): Promise<string[]> {
  await tx.sql({ text: 'delete from recovery_code where user_id = $1', values: [userId] })
  const made = Array.from({ length: codes }, newCode)
  for (const code of made) {
    const codeHash = hashOf(userId, code)
    tx.em.create(RecoveryCode, { id: ctx.newId(), userId, codeHash, createdAt: ctx.now(), usedAt: null })
  }
  await tx.em.flush()
  return made
}

/**
 * Uses a code up. Not under the lock of the authenticator app: 80 bits are not guessed, and whoever tries codes at
 * random must not keep out the owner who has lost the app.
 */
export async function acceptRecoveryCode(
  ctx: Ctx,
  { userId, code }: { userId: string; code: string },
): Promise<boolean> {
  const used = await ctx.db.sql({
    text: `update recovery_code set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null returning id`,
    values: [userId, hashOf(userId, code), ctx.now()],
  })
  return used.length === 1
}
