import { transact, type Transaction } from '../database/transact.ts'
import { appendEvents } from '../events/append-event.ts'
import { requireStepUp } from '../identity/step-up.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import { holdFileOpen } from '../patients/hold-file-open.ts'
import { type Access, authorizeStaff } from '../policy/authorize.ts'
import { standingTo } from '../policy/relationships.ts'
import type { breakGlassReasons } from './break-glass.entity.ts'
import { breakGlassMinutes } from './settings.ts'

export interface OpenBreakGlassInput {
  /** By id, or by the record number on the wristband: whoever needs this may not have found the patient in a list. */
  patient: { patientId: string } | { mrn: string }
  reason: (typeof breakGlassReasons)[number]
  explanation: string
}

export interface OpenedRecord {
  id: string
  patientId: string
  expiresAt: string
}

type StaffAccess = Exclude<Access, { reach: 'self' }>

/**
 * Opens the record of one registered patient whom a doctor or nurse does not care for, or whose directives stand against
 * it, for an hour: for reading and for answering alarms. The hospital's privacy officers are told at once, every access
 * meanwhile is marked in the audit log, and the patient sees it there. Asking again while it is open answers the same.
 *
 * @throws DomainError `step_up_required`, `not_found`, `conflict` for a record that is open without it
 */
export async function openBreakGlass(ctx: Ctx, input: OpenBreakGlassInput): Promise<OpenedRecord> {
  const { patient } = input
  const noted = (error: unknown): never => {
    if (error instanceof DomainError) {
      const patientId = 'patientId' in patient ? patient.patientId : null
      ctx.db.refusals.note(ctx, { action: 'break-glass.open', patientId, reason: error.code })
    }
    throw error
  }
  const access = await authorizeStaff(ctx, 'break-glass.open', { type: 'hospital' }).catch(noted)
  return openFor(ctx, access, input).catch(noted)
}

async function openFor(ctx: Ctx, access: StaffAccess, input: OpenBreakGlassInput): Promise<OpenedRecord> {
  await requireStepUp(ctx)
  const patientId = await findPatient(ctx, access.hospitalId, input.patient)
  const needed = await neededFor(ctx, access, patientId)
  return transact(ctx, (tx) => open(tx, ctx, { access, patientId, ...needed, ...input }))
}

async function findPatient(ctx: Ctx, hospitalId: string, patient: OpenBreakGlassInput['patient']): Promise<string> {
  const isId = 'patientId' in patient
  const [found] = await ctx.sql<{ patientId: string }>({
    text: `select patient_id "patientId" from registration
            where hospital_id = $1 and removed_at is null and ${isId ? 'patient_id' : 'mrn'} = $2`,
    values: [hospitalId, isId ? patient.patientId : patient.mrn],
  })
  if (!found) throw notFound('patient')
  return found.patientId
}

/** What stands against reading the record, which is what break-glass is for. */
async function neededFor(ctx: Ctx, { viewer }: StaffAccess, patientId: string): Promise<{ againstDirective: boolean }> {
  const standing = await standingTo(ctx.sql, { reach: 'care-team', scope: 'record', patientId, viewer })
  if (!standing) throw notFound('patient')
  if (standing.isWithinReach && standing.isPermitted) {
    throw new DomainError('conflict', 'This record is open to you without break-glass.', { field: 'patient' })
  }
  return { againstDirective: !standing.isPermitted }
}

interface Opening extends Omit<OpenBreakGlassInput, 'patient'> {
  access: StaffAccess
  patientId: string
  againstDirective: boolean
}

async function open(
  tx: Transaction,
  ctx: Ctx,
  { access: { hospitalId, membershipId }, patientId, againstDirective, reason, explanation }: Opening,
): Promise<OpenedRecord> {
  const now = ctx.now()
  await holdFileOpen(tx.sql, { hospitalId, patientId })
  await tx.sql({
    text: `update break_glass_grant set ended_at = expires_at, "end" = 'expired'
            where membership_id = $1 and patient_id = $2 and ended_at is null and expires_at <= $3`,
    values: [membershipId, patientId, now],
  })
  const id = ctx.newId()
  const minutes = await breakGlassMinutes(tx.sql, hospitalId)
  const place = { table: 'break_glass_grant', column: 'explanation', id }
  const [opened] = await tx.sql<OpenedRecord>({
    text: `insert into break_glass_grant (id, hospital_id, patient_id, membership_id, reason, explanation_cipher,
                                          against_directive, opened_at, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           on conflict (membership_id, patient_id) where ended_at is null do nothing
           returning id, patient_id "patientId", expires_at "expiresAt"`,
    values: [
      id,
      hospitalId,
      patientId,
      membershipId,
      reason,
      ctx.db.keys.encrypt(explanation, place),
      againstDirective,
      now,
      new Date(now.getTime() + minutes * 60_000),
    ],
  })
  if (!opened) return standing(tx, membershipId, patientId)
  await tx.sql({
    text: `insert into privacy_notice (id, hospital_id, patient_id, break_glass_id, created_at) values ($1, $2, $3, $4, $5)`,
    values: [ctx.newId(), hospitalId, patientId, id, now],
  })
  const payload = { breakGlassId: id, membershipId, reason, againstDirective }
  await appendEvents(tx.sql, ctx, [{ hospitalId, patientId, wardId: null, topic: 'break-glass.opened', payload }])
  tx.audit({
    hospitalId,
    action: 'break-glass.open',
    resource: { type: 'break-glass', id },
    patientIds: [patientId],
    detail: { reason, againstDirective, minutes, breakGlass: id },
  })
  tx.publish({ type: 'bedside', hospitalId })
  return opened
}

async function standing(tx: Transaction, membershipId: string, patientId: string): Promise<OpenedRecord> {
  const [found] = await tx.sql<OpenedRecord>({
    text: `select id, patient_id "patientId", expires_at "expiresAt" from break_glass_grant
            where membership_id = $1 and patient_id = $2 and ended_at is null`,
    values: [membershipId, patientId],
  })
  if (!found) throw new DomainError('conflict', 'It has just been ended; try again.', { field: 'patient' })
  return found
}
