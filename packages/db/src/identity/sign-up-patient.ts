import { transactAsSystem } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { assertBegun } from '../patients/birth-date.ts'
import { askToConfirm, type AwaitsConfirmation } from './ask-to-confirm.ts'
import { normaliseEmail } from './email.ts'
import { makePerson, type NewPerson } from './make-person.ts'
import { limitSignUps } from './limit-sign-ups.ts'
import { hashPassword } from './passwords.ts'

export interface SignUpPatientInput extends NewPerson {
  email: string
  password: string
}

export type SignedUpPatient = { state: 'signed-up'; userId: string; patientId: string } | AwaitsConfirmation

/** Sign-ups of one network address in an hour; a waiting room may share one. */
const mostPerHour = 100

/**
 * A login and a person of its own, together or not at all. The person is a new one, registered nowhere: nobody comes by a
 * record that exists by typing somebody's name. A hospital opens a file for this person when the patient offers it (see
 * registrations/), or grants access to a file it has by invitation.
 *
 * Where mail is sent it waits for whoever has the inbox, and the answer is the same for an address that has an account.
 *
 * @throws DomainError `password_weak`, `too_many`; `email_taken` where no mail is sent
 */
export async function signUpPatient(
  ctx: Ctx,
  { email, password, ...person }: SignUpPatientInput,
): Promise<SignedUpPatient> {
  assertBegun(person.birthDate, ctx.now())
  const normal = normaliseEmail(email)
  await limitSignUps(ctx, { email: normal, mostPerHour })
  const { isSent } = ctx.db.outbound
  const passwordHash = await hashPassword(password)
  return transactAsSystem(ctx, async (tx): Promise<SignedUpPatient> => {
    if (!isSent) return { state: 'signed-up', ...(await makePerson(tx, ctx, { person, email: normal, passwordHash })) }
    return askToConfirm(tx, ctx, {
      userId: null,
      address: normal,
      awaiting: { kind: 'patient', person, passwordHash },
    })
  })
}
