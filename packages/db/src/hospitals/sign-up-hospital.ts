import { violatedConstraint } from '../database/sql-state.ts'
import { transactAsSystem } from '../database/transact.ts'
import { createUser } from '../identity/create-user.ts'
import { normaliseEmail } from '../identity/email.ts'
import { Membership } from '../identity/identity.entity.ts'
import { hashPassword } from '../identity/passwords.ts'
import { seedThresholds } from '../alarms/seed-thresholds.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, invalid } from '../kernel/errors.ts'
import { limitAttempts } from '../limits/limit-attempts.ts'
import { Hospital } from './hospital.entity.ts'
import { isTimeZone } from './time-zone.ts'

export interface SignUpHospitalInput {
  hospital: { name: string; timeZone: string }
  admin: { name: string; email: string; password: string }
}

/** Hospitals that one network address may sign up in an hour. */
const mostPerHour = 30

/** A hospital and its first administrator, together or not at all, with the default alarm limits. Needs no session. */
export async function signUpHospital(
  ctx: Ctx,
  { hospital, admin }: SignUpHospitalInput,
): Promise<{ hospitalId: string; userId: string }> {
  if (!isTimeZone(hospital.timeZone)) throw invalid('hospital.timeZone', 'an IANA time zone such as Europe/Vienna')
  const email = normaliseEmail(admin.email)
  const { db, address } = ctx
  if (address !== undefined) {
    await limitAttempts(db, { what: 'sign-up', subject: address, most: mostPerHour, withinSeconds: 3_600 }, ctx.now())
  }
  const passwordHash = await hashPassword(admin.password)
  return transactAsSystem(ctx, async (tx) => {
    const hospitalId = ctx.newId()
    tx.em.create(Hospital, { id: hospitalId, ...hospital, createdAt: ctx.now() })
    try {
      await tx.em.flush()
    } catch (error) {
      if (violatedConstraint(error) === 'hospital_name_unique') {
        throw new DomainError('conflict', 'A hospital of this name is signed up already.', { field: 'hospital.name' })
      }
      throw error
    }
    const userId = await createUser(tx, ctx, { name: admin.name, email, passwordHash })
    tx.em.create(Membership, {
      id: ctx.newId(),
      hospitalId,
      userId,
      role: 'hospital_admin',
      grantedBy: 'sign-up',
      createdAt: ctx.now(),
      endedAt: null,
    })
    seedThresholds(tx, ctx, hospitalId)
    tx.audit({
      hospitalId,
      action: 'hospital.sign-up',
      resource: { type: 'hospital', id: hospitalId },
      patientIds: [],
    })
    return { hospitalId, userId }
  })
}
