import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { Patient, type sexes } from '../patients/patient.entity.ts'
import { createUser } from './create-user.ts'
import { PatientAccess } from './identity.entity.ts'

export interface NewPerson {
  givenName: string
  familyName: string
  /** YYYY-MM-DD */
  birthDate: string
  sex: (typeof sexes)[number]
}

/** A login and a person of its own, registered nowhere, within the caller's transaction. @throws DomainError `email_taken` */
export async function makePerson(
  tx: Transaction,
  ctx: Ctx,
  { person, email, passwordHash }: { person: NewPerson; email: string; passwordHash: string },
): Promise<{ userId: string; patientId: string }> {
  const name = `${person.givenName} ${person.familyName}`
  const userId = await createUser(tx, ctx, { name, email, passwordHash })
  const patientId = ctx.newId()
  const unknown = { phoneCipher: null, phoneIndex: null, historyCipher: null }
  tx.em.create(Patient, { id: patientId, ...person, ...unknown, createdAt: ctx.now() })
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
}
