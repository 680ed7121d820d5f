import { transactAsSystem } from '../database/transact.ts'
import { askToConfirm, type AwaitsConfirmation } from '../identity/ask-to-confirm.ts'
import { normaliseEmail } from '../identity/email.ts'
import { limitSignUps } from '../identity/limit-sign-ups.ts'
import { hashPassword } from '../identity/passwords.ts'
import type { Ctx } from '../kernel/context.ts'
import { invalid } from '../kernel/errors.ts'
import { assertNameFree, makeHospital, type NewHospital } from './make-hospital.ts'
import { isTimeZone } from './time-zone.ts'

export interface SignUpHospitalInput {
  hospital: NewHospital
  admin: { name: string; email: string; password: string }
}

export type SignedUpHospital = { state: 'signed-up'; hospitalId: string; userId: string } | AwaitsConfirmation

/** Hospitals that one network address may sign up in an hour. */
const mostPerHour = 30

/**
 * A hospital and its first administrator, together or not at all, with the default alarm limits. Needs no session. Where
 * mail is sent it waits for whoever has the inbox, and the answer is the same for an address that has an account.
 *
 * @throws DomainError `password_weak`, `too_many`, `conflict` for a name in use; `email_taken` where no mail is sent
 */
export async function signUpHospital(
  ctx: Ctx,
  { hospital, admin: { name, email, password } }: SignUpHospitalInput,
): Promise<SignedUpHospital> {
  if (!isTimeZone(hospital.timeZone)) throw invalid('hospital.timeZone', 'an IANA time zone such as Europe/Vienna')
  const normal = normaliseEmail(email)
  await limitSignUps(ctx, { email: normal, mostPerHour })
  const { isSent } = ctx.db.outbound
  const passwordHash = await hashPassword(password)
  return transactAsSystem(ctx, async (tx): Promise<SignedUpHospital> => {
    if (!isSent) {
      return { state: 'signed-up', ...(await makeHospital(tx, ctx, { hospital, name, email: normal, passwordHash })) }
    }
    await assertNameFree(tx.sql, hospital.name)
    return askToConfirm(tx, ctx, {
      userId: null,
      address: normal,
      awaiting: { kind: 'hospital', hospital, name, passwordHash },
    })
  })
}
