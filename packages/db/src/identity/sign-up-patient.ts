import { transactAsSystem } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { limitAttempts } from '../limits/limit-attempts.ts'
import { assertBegun } from '../patients/birth-date.ts'
import { Patient, type sexes } from '../patients/patient.entity.ts'
import { createUser } from './create-user.ts'
import { normaliseEmail } from './email.ts'
import { PatientAccess } from './identity.entity.ts'
import { hashPassword } from './passwords.ts'

export interface SignUpPatientInput {
  givenName: string
  familyName: string
  /** YYYY-MM-DD */
  birthDate: string
  sex: (typeof sexes)[number]
  email: string
  password: string
}

/** Sign-ups of one network address in an hour; a waiting room may share one. */
const mostPerHour = 100

/**
 * A login and a person of its own, together or not at all. The person is a new one, registered nowhere: nobody comes by a
 * record that exists by typing somebody's name. A hospital opens a file for this person when the patient offers it (see
 * registrations/), or grants access to a file it has by invitation.
 *
 * @throws DomainError `email_taken`, `password_weak`, `too_many`
 */
export async function signUpPatient(
  ctx: Ctx,
  { email, password, ...person }: SignUpPatientInput,
): Promise<{ userId: string; patientId: string }> {
  assertBegun(person.birthDate, ctx.now())
  const normal = normaliseEmail(email)
  const { db, address } = ctx
  if (address !== undefined) {
    await limitAttempts(db, { what: 'sign-up', subject: address, most: mostPerHour, withinSeconds: 3_600 }, ctx.now())
  }
  const passwordHash = await hashPassword(password)
  return transactAsSystem(ctx, async (tx) => {
    const name = `${person.givenName} ${person.familyName}`
    const userId = await createUser(tx, ctx, { name, email: normal, passwordHash })
    const patientId = ctx.newId()
    tx.em.create(Patient, {
      id: patientId,
      ...person,
      phoneCipher: null,
      phoneIndex: null,
      historyCipher: null,
      createdAt: ctx.now(),
    })
    await tx.em.flush()
    tx.em.create(PatientAccess, {
      id: ctx.newId(),
      userId,
      patientId,
      relation: 'self',
      grantedBy: 'sign-up',
      createdAt: ctx.now(),
      revokedAt: null,
    })
    tx.audit({
      hospitalId: null,
      action: 'patient.sign-up',
      resource: { type: 'patient', id: patientId },
      patientIds: [patientId],
    })
    return { userId, patientId }
  })
}
