import type { Transaction } from '../database/transact.ts'
import type { NewHospital } from '../hospitals/make-hospital.ts'
import type { Ctx } from '../kernel/context.ts'
import { newSecretToken, secretTokenHash } from '../kernel/secret-token.ts'
import { limitAttempts } from '../limits/limit-attempts.ts'
import { AddressConfirmation } from './address-confirmation.entity.ts'
import type { NewPerson } from './make-person.ts'

/** What is done when the address is confirmed. */
export type Awaiting =
  | { kind: 'patient'; person: NewPerson; passwordHash: string }
  | { kind: 'hospital'; hospital: NewHospital; name: string; passwordHash: string }
  | { kind: 'address' }

/** The same whether or not the address has an account: a letter says the rest. */
export interface AwaitsConfirmation {
  state: 'confirm'
}

const lifeHours = 24
/** Nobody's inbox is to be filled from here. */
const mostToAddressPerHour = 3

export const confirmationPlace = (id: string, column: 'email' | 'content') => ({
  table: 'address_confirmation',
  column,
  id,
})

/** Call it before the transaction. @throws DomainError `too_many`, for known and unknown addresses alike */
export async function limitConfirmations(ctx: Ctx, address: string): Promise<void> {
  const attempt = {
    what: 'sign-up',
    subject: `to/${address}`,
    most: mostToAddressPerHour,
    withinSeconds: 3_600,
  } as const
  await limitAttempts(ctx.db, attempt, ctx.now())
}

/**
 * Sends the address a link that does what is awaited; or, when a login has the address, tells its owner that somebody tried.
 * Whoever asks hears the same of both. Where no mail is sent nobody could answer, so it is not asked there.
 */
export async function askToConfirm(
  tx: Transaction,
  ctx: Ctx,
  { userId, address, awaiting }: { userId: string | null; address: string; awaiting: Awaiting },
): Promise<AwaitsConfirmation> {
  const { db } = ctx
  // The system's own: whose address it is, is nobody's to see.
  const [owner] = await db.sql<{ id: string }>({
    text: 'select id from app_user where email_index = $1',
    values: [db.keys.blindIndex('email', address)],
  })
  if (owner) {
    db.outbound.enqueue(tx, ctx, { userId: null, address, content: { kind: 'address-known' } })
    return { state: 'confirm' }
  }
  const id = ctx.newId()
  const token = newSecretToken()
  const expiresAt = new Date(ctx.now().getTime() + lifeHours * 3_600_000)
  tx.em.create(AddressConfirmation, {
    id,
    tokenHash: secretTokenHash(token),
    userId,
    emailCipher: db.keys.encrypt(address, confirmationPlace(id, 'email')),
    contentCipher: db.keys.encrypt(JSON.stringify(awaiting), confirmationPlace(id, 'content')),
    createdAt: ctx.now(),
    expiresAt,
  })
  const content = { kind: 'confirm-address', token, expiresAt: expiresAt.toISOString() } as const
  db.outbound.enqueue(tx, ctx, { userId, address, content })
  return { state: 'confirm' }
}
