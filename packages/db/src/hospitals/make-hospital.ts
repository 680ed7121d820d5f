import { seedThresholds } from '../alarms/seed-thresholds.ts'
import { violatedConstraint } from '../database/sql-state.ts'
import type { Query } from '../database/sql.ts'
import type { Transaction } from '../database/transact.ts'
import { createUser } from '../identity/create-user.ts'
import { Membership } from '../identity/identity.entity.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { Hospital } from './hospital.entity.ts'

export interface NewHospital {
  name: string
  timeZone: string
}

interface Signed {
  hospital: NewHospital
  /** Of its first administrator, as the rest. */
  name: string
  email: string
  passwordHash: string
}

/**
 * A hospital and its first administrator, with the default alarm limits, within the caller's transaction.
 *
 * @throws DomainError `email_taken`, `conflict` for a name in use
 */
export async function makeHospital(
  tx: Transaction,
  ctx: Ctx,
  { hospital, name, email, passwordHash }: Signed,
): Promise<{ hospitalId: string; userId: string }> {
  const hospitalId = ctx.newId()
  tx.em.create(Hospital, { id: hospitalId, ...hospital, createdAt: ctx.now() })
  try {
    await tx.em.flush()
  } catch (error) {
    if (violatedConstraint(error) === 'hospital_name_unique') {
      throw nameTaken()
    }
    throw error
  }
  const userId = await createUser(tx, ctx, { name, email, passwordHash })
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
}

/** For a sign-up that is to wait; whoever takes the name until then has it. @throws DomainError `conflict` */
export async function assertNameFree(sql: Query, name: string): Promise<void> {
  const taken = await sql({ text: 'select 1 from hospital where name = $1', values: [name] })
  if (taken.length > 0) throw nameTaken()
}

function nameTaken(): DomainError {
  return new DomainError('conflict', 'A hospital of this name is signed up already.', { field: 'hospital.name' })
}
