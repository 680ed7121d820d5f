import { transactAsSystem } from '../database/transact.ts'
import { makeHospital } from '../hospitals/make-hospital.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { secretTokenHash } from '../kernel/secret-token.ts'
import { limitedByAddress } from '../limits/limit-address.ts'
import { type Awaiting, confirmationPlace } from './ask-to-confirm.ts'
import { makePerson } from './make-person.ts'
import { moveAddress } from './move-address.ts'
import { inPasswordLane, passwordMatches } from './passwords.ts'

export type Confirmed =
  | { kind: 'patient'; userId: string; patientId: string }
  | { kind: 'hospital'; userId: string; hospitalId: string }
  | { kind: 'address' }

interface Confirmation {
  id: string
  userId: string | null
  emailCipher: Buffer
  contentCipher: Buffer
  /** Of the login whose address is to change. */
  passwordHash: string | null
}

/**
 * Does what waited for the inbox of an address: a sign-up, or another address of a login. Whoever opens the link gives the
 * password that was chosen, or the login's: else somebody would make their own what a stranger began under their address,
 * with a password that the stranger knows. The link opens once and for a day; failures count against the network address.
 *
 * @throws DomainError `confirmation_invalid`, `credentials_wrong`, `too_many`; `email_taken` or `conflict` when somebody took
 * the address or the hospital's name meanwhile
 */
export function confirmAddress(ctx: Ctx, { token, password }: { token: string; password: string }): Promise<Confirmed> {
  return limitedByAddress(ctx, 'link', async () => {
    const [found] = await ctx.db.sql<Confirmation>({
      text: `select c.id, c.user_id "userId", c.email_cipher "emailCipher", c.content_cipher "contentCipher",
                    u.password_hash "passwordHash"
               from address_confirmation c left join app_user u on u.id = c.user_id
              where c.token_hash = $1 and c.expires_at > $2`,
      values: [secretTokenHash(token), ctx.now()],
    })
    if (!found) throw confirmationInvalid()
    const { keys } = ctx.db
    const email = keys.decrypt(found.emailCipher, confirmationPlace(found.id, 'email'))
    const awaiting = JSON.parse(keys.decrypt(found.contentCipher, confirmationPlace(found.id, 'content'))) as Awaiting
    const passwordHash = awaiting.kind === 'address' ? found.passwordHash : awaiting.passwordHash
    if (passwordHash === null || !(await inPasswordLane(() => passwordMatches(passwordHash, password)))) {
      throw new DomainError('credentials_wrong', 'This is not the password.', { field: 'password' })
    }
    return transactAsSystem(ctx, async (tx) => {
      const taken = await tx.sql({
        text: 'delete from address_confirmation where id = $1 returning id',
        values: [found.id],
      })
      if (taken.length === 0) throw confirmationInvalid()
      switch (awaiting.kind) {
        case 'patient':
          return { kind: 'patient', ...(await makePerson(tx, ctx, { ...awaiting, email })) }
        case 'hospital':
          return { kind: 'hospital', ...(await makeHospital(tx, ctx, { ...awaiting, email })) }
        case 'address': {
          const { userId } = found
          if (userId === null || !(await moveAddress(tx, ctx, { userId, email, passwordHash }))) {
            throw confirmationInvalid()
          }
          return { kind: 'address' }
        }
      }
    })
  })
}

function confirmationInvalid(): DomainError {
  return new DomainError('confirmation_invalid', 'This link is not valid (any more).', { field: 'token' })
}
