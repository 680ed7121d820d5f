import { type Transaction, transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { forbidden, notFound } from '../kernel/errors.ts'
import { newSecretToken, secretTokenHash } from '../kernel/secret-token.ts'
import { limitAttempts } from '../limits/limit-attempts.ts'
import { holdFileOpen } from '../patients/hold-file-open.ts'
import { authorize, authorizeStaff } from '../policy/authorize.ts'
import type { StaffRole } from '../policy/actor.ts'
import { normaliseEmail } from './email.ts'
import { requireStepUp } from './step-up.ts'
import { Invitation, type patientRelations } from './identity.entity.ts'

const lifeDays = 7

export interface IssuedInvitation {
  id: string
  /** Shown once; whoever opens it joins. Null where it went by mail, to the address and to nobody else. */
  token: string | null
  expiresAt: string
}

/** Invites a member of staff: the only way to join a hospital. `gateway` is no person and is not invited. */
export async function inviteStaff(
  ctx: Ctx,
  { email, role }: { email: string; role: Exclude<StaffRole, 'gateway'> },
): Promise<IssuedInvitation> {
  const { hospitalId } = await authorizeStaff(ctx, 'staff.invite', { type: 'hospital' })
  if (role === 'hospital_admin') await requireStepUp(ctx)
  return issue(ctx, { hospitalId, email, role, patientId: null, relation: null })
}

/**
 * Invites a login to act for a patient, as the patient or as somebody close: granted by staff, or by who stands in for
 * the patient already, never claimed. That a login *is* the patient is for staff to say.
 */
export async function invitePatientLogin(
  ctx: Ctx,
  { patientId, email, relation }: { patientId: string; email: string; relation: (typeof patientRelations)[number] },
): Promise<IssuedInvitation> {
  const access = await authorize(ctx, 'patient-access.manage', { type: 'patient', id: patientId })
  if (access.reach !== 'self') {
    return issue(ctx, { hospitalId: access.hospitalId, email, role: null, patientId, relation })
  }
  if (relation === 'self') throw forbidden()
  const [file] = await ctx.sql<{ hospitalId: string }>({
    text: `select hospital_id "hospitalId" from registration where patient_id = $1 and removed_at is null
            order by id limit 1`,
    values: [patientId],
  })
  if (!file) throw notFound('patient')
  return issue(ctx, { hospitalId: file.hospitalId, email, role: null, patientId, relation })
}

interface Issue {
  hospitalId: string
  email: string
  role: StaffRole | null
  patientId: string | null
  relation: (typeof patientRelations)[number] | null
}

/** Nobody's inbox is to be filled from here, and one stolen login is not to invite a crowd. */
const mostToAddressPerDay = 10
const mostByInviterPerHour = 500

async function issue(ctx: Ctx, { hospitalId, email, role, patientId, relation }: Issue): Promise<IssuedInvitation> {
  const normal = normaliseEmail(email)
  await limitInvitations(ctx, `${hospitalId}/${normal}`)
  const token = newSecretToken()
  return transact(ctx, async (tx) => {
    if (patientId !== null) await holdFileOpen(tx.sql, { hospitalId, patientId })
    const id = ctx.newId()
    const expiresAt = new Date(ctx.now().getTime() + lifeDays * 86_400_000)
    tx.em.create(Invitation, {
      id,
      hospitalId,
      tokenHash: secretTokenHash(token),
      emailCipher: ctx.db.keys.encrypt(normal, { table: 'invitation', column: 'email', id }),
      emailIndex: ctx.db.keys.blindIndex('email', normal),
      role,
      patientId,
      relation,
      invitedBy: ctx.actor.kind === 'user' ? ctx.actor.userId : 'system',
      createdAt: ctx.now(),
      expiresAt,
      acceptedAt: null,
      revokedAt: null,
    })
    tx.audit({
      hospitalId,
      action: role === null ? 'patient-login.invite' : 'staff.invite',
      resource: { type: 'invitation', id },
      patientIds: patientId === null ? [] : [patientId],
      detail: { role, relation },
    })
    const invitation = { id, expiresAt: expiresAt.toISOString() }
    if (!ctx.db.outbound.isSent) return { ...invitation, token }
    await mailInvitation(tx, ctx, { id, hospitalId, address: normal, role, token, expiresAt: invitation.expiresAt })
    return { ...invitation, token: null }
  })
}

interface Invited {
  id: string
  hospitalId: string
  address: string
  role: StaffRole | null
  token: string
  expiresAt: string
}

async function mailInvitation(
  tx: Transaction,
  ctx: Ctx,
  { id, hospitalId, address, role, token, expiresAt }: Invited,
): Promise<void> {
  const [hospital] = await ctx.db.sql<{ name: string }>({
    text: 'select name from hospital where id = $1',
    values: [hospitalId],
  })
  const content = { kind: 'invitation', token, expiresAt, hospital: hospital?.name ?? '', role } as const
  ctx.db.outbound.enqueue(tx, ctx, { userId: null, address, content, subjectId: id })
}

async function limitInvitations({ db, actor, now }: Ctx, invited: string): Promise<void> {
  const what = 'invitation-issue'
  await limitAttempts(db, { what, subject: invited, most: mostToAddressPerDay, withinSeconds: 86_400 }, now())
  if (actor.kind !== 'user') return
  await limitAttempts(db, { what, subject: actor.userId, most: mostByInviterPerHour, withinSeconds: 3_600 }, now())
}
