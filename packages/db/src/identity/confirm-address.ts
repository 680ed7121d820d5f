import { transactAsSystem, type Transaction } from '../database/transact.ts'
import { makeHospital } from '../hospitals/make-hospital.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { limitedByAddress } from '../limits/limit-address.ts'
import { type Awaiting, confirmationHash, confirmationPlace } from './ask-to-confirm.ts'
import { makePerson } from './make-person.ts'
import { moveAddress } from './move-address.ts'

export type Confirmed =
  | { kind: 'patient'; userId: string; patientId: string }
  | { kind: 'hospital'; userId: string; hospitalId: string }
  | { kind: 'address' }

interface Confirmation {
  id: string
  userId: string | null
  emailCipher: Buffer
  contentCipher: Buffer
}

/**
 * Does what waited for the inbox of an address: a sign-up, or another address of a login. The link opens once and for a day;
 * failures count against the network address.
 *
 * @throws DomainError `confirmation_invalid`, `too_many`; `email_taken` or `conflict` when somebody took the address or the
 * hospital's name meanwhile
 */
export function confirmAddress(ctx: Ctx, { token }: { token: string }): Promise<Confirmed> {
  return limitedByAddress(ctx, 'link', () =>
    transactAsSystem(ctx, async (tx) => {
      const [confirmation] = await tx.sql<Confirmation>({
        text: `delete from address_confirmation where token_hash = $1 and expires_at > $2
            returning id, user_id "userId", email_cipher "emailCipher", content_cipher "contentCipher"`,
        values: [confirmationHash(token), ctx.now()],
      })
      if (!confirmation) throw confirmationInvalid()
      return fulfil(tx, ctx, confirmation)
    }),
  )
}

async function fulfil(
  tx: Transaction,
  ctx: Ctx,
  { id, userId, emailCipher, contentCipher }: Confirmation,
): Promise<Confirmed> {
  const { keys } = ctx.db
  const email = keys.decrypt(emailCipher, confirmationPlace(id, 'email'))
  const awaiting = JSON.parse(keys.decrypt(contentCipher, confirmationPlace(id, 'content'))) as Awaiting
  switch (awaiting.kind) {
    case 'patient':
      return { kind: 'patient', ...(await makePerson(tx, ctx, { ...awaiting, email })) }
    case 'hospital':
      return { kind: 'hospital', ...(await makeHospital(tx, ctx, { ...awaiting, email })) }
    case 'address': {
      if (userId === null || !(await moveAddress(tx, ctx, { userId, email, passwordHash: null }))) {
        throw confirmationInvalid()
      }
      return { kind: 'address' }
    }
  }
}

function confirmationInvalid(): DomainError {
  return new DomainError('confirmation_invalid', 'This link is not valid (any more).', { field: 'token' })
}
