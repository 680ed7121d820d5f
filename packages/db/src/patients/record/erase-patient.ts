import { releaseAppointments } from '../../appointments/release-appointments.ts'
import { type Transaction, transactAsSystem } from '../../database/transact.ts'
import { releaseDevices } from '../../devices/devices.ts'
import { requireStepUp } from '../../identity/step-up.ts'
import type { Ctx } from '../../kernel/context.ts'
import { DomainError, notFound } from '../../kernel/errors.ts'
import { actorKey } from '../../policy/actor.ts'
import { authorizeStaff } from '../../policy/authorize.ts'
import { countClinical, deleteRows } from './erasure-plan.ts'
import { Erasure } from './erasure.entity.ts'
import {
  closeLogins,
  deleteOwn,
  forgetMerges,
  forgetMessages,
  overwritePerson,
  retainedElsewhere,
} from './overwrite-person.ts'
import { recordIds } from './record-tables.ts'

export interface ErasureReport {
  erasureId: string
  erasedAt: string
  /** Clinical records are kept, locked, until then; null: none were, or none are kept. */
  retainUntil: string | null
  erased: { what: string; rows: number; how: 'deleted' | 'overwritten' | 'closed' }[]
  kept: { what: string; rows: number; why: string; until: string | null }[]
}

/**
 * Erases a patient's file with the hospital one acts in. The person's data is overwritten unless another hospital holds a
 * file as well; clinical records go too, or stay locked under a pseudonym for as long as the hospital must keep them
 * after the last treatment. The audit log stays: it holds ids alone. The answer says what went and what stayed, and so
 * does the tombstone.
 *
 * @throws DomainError `step_up_required`; `already_admitted`: discharge first
 */
export async function erasePatient(
  ctx: Ctx,
  { patientId, reason }: { patientId: string; reason: string },
): Promise<ErasureReport> {
  // As the system: logins are nobody's but their owners', and whether another hospital has a file must be known.
  return transactAsSystem(ctx, async (tx) => {
    // Within, so that whoever erases still gets the answer again under the same idempotency key.
    const { hospitalId } = await authorizeStaff(ctx, 'patient.erase', { type: 'patient', id: patientId })
    await requireStepUp(ctx)
    return eraseFile(tx, ctx, { hospitalId, patientId, reason })
  })
}

interface FileToErase {
  hospitalId: string
  patientId: string
  reason: string
}

/** The same for the operator, so there is no actor to authorise. */
export function erasePatientOf(ctx: Ctx, file: FileToErase): Promise<ErasureReport> {
  return transactAsSystem(ctx, (tx) => eraseFile(tx, ctx, file))
}

async function eraseFile(
  tx: Transaction,
  ctx: Ctx,
  { hospitalId, patientId, reason }: FileToErase,
): Promise<ErasureReport> {
  await lockFile(tx, { hospitalId, patientId })
  const patientIds = await recordIds(tx.sql, patientId)
  const ids = { hospitalId, patientIds }
  const now = ctx.now()
  await releaseAppointments(tx, ctx, ids)
  await releaseDevices(tx.sql, { ...ids, at: now })
  const until = await retainedUntil(tx, ids)
  const isRetained = until !== null && until > now.toISOString()
  const erased: ErasureReport['erased'] = []
  const kept: ErasureReport['kept'] = []
  await forgetMessages(tx.sql, ids)
  const deleted = await deleteRows(tx.sql, 'deleted', ids)
  if (isRetained) {
    for (const { table, rows } of await countClinical(tx.sql, ids)) {
      if (rows > 0) kept.push({ what: table, rows, why: 'clinical record, which the law keeps', until })
    }
  } else deleted.push(...(await deleteRows(tx.sql, 'clinical', ids)))
  for (const { table, rows } of deleted) if (rows > 0) erased.push({ what: table, rows, how: 'deleted' })

  const files = await closeFiles(tx, { ...ids, at: now, isRetained })
  erased.push({ what: 'registration', rows: files, how: 'closed' })
  if (await isKnownElsewhere(tx, ids)) {
    kept.push({ what: 'patient', rows: patientIds.length, why: 'another hospital holds a file', until: null })
  } else {
    const historyUntil = latest(isRetained ? until : null, await retainedElsewhere(tx.sql, patientIds))
    await overwritePerson(tx.sql, { patientIds, isRetained: historyUntil !== null })
    erased.push({ what: 'patient', rows: patientIds.length, how: 'overwritten' })
    for (const { table, rows } of await deleteOwn(tx.sql, patientIds)) {
      if (rows > 0) erased.push({ what: table, rows, how: 'deleted' })
    }
    const logins = await closeLogins(tx, { patientIds, at: now })
    erased.push({ what: 'patient_access', rows: logins.access, how: 'closed' })
    if (logins.users > 0) erased.push({ what: 'app_user', rows: logins.users, how: 'overwritten' })
    if (historyUntil !== null) {
      const why = 'clinical record, which the law keeps'
      kept.push({ what: 'history', rows: patientIds.length, why, until: historyUntil })
    }
  }
  const merges = await forgetMerges(tx.sql, ctx.db.keys, ids)
  if (merges > 0)
    kept.push({ what: 'patient_merge', rows: merges, why: 'which files were one: ids alone', until: null })
  const directives = await countDirectives(tx, ids)
  if (directives > 0) {
    const why = 'what the patient permitted and denied, which the hospital must be able to show'
    kept.push({ what: 'consent_directive', rows: directives, why, until: null })
  }
  kept.push({ what: 'audit_entry', rows: await countAudit(tx, ids), why: 'who did what: ids alone', until: null })

  const erasureId = ctx.newId()
  tx.em.create(Erasure, {
    id: erasureId,
    hospitalId,
    patientId,
    erasedBy: actorKey(ctx.actor),
    erasedAt: now,
    reasonCipher: ctx.db.keys.encrypt(reason, { table: 'erasure', column: 'reason', id: erasureId }),
    retainUntil: isRetained ? new Date(until) : null,
    report: { erased, kept },
  })
  tx.audit({
    hospitalId,
    action: 'patient.erase',
    resource: { type: 'erasure', id: erasureId },
    patientIds,
    detail: { retainUntil: isRetained ? until : null },
  })
  tx.publish({ type: 'access', hospitalId: null })
  tx.publish({ type: 'thresholds', hospitalId })
  tx.publish({ type: 'bedside', hospitalId })
  return { erasureId, erasedAt: now.toISOString(), retainUntil: isRetained ? until : null, erased, kept }
}

interface Ids {
  hospitalId: string
  patientIds: readonly string[]
}

/** Against an admission, a merge or another erasure in the same moment. */
async function lockFile(
  tx: Transaction,
  { hospitalId, patientId }: { hospitalId: string; patientId: string },
): Promise<void> {
  const files = await tx.sql({
    text: `select 1 from registration where hospital_id = $1 and patient_id = $2 and removed_at is null for update`,
    values: [hospitalId, patientId],
  })
  if (files.length === 0) throw notFound('patient')
  const stays = await tx.sql({
    text: `select 1 from admission where hospital_id = $1 and patient_id = $2 and status = 'admitted'`,
    values: [hospitalId, patientId],
  })
  if (stays.length > 0) {
    throw new DomainError('already_admitted', 'Discharge the patient first.', { field: 'patientId' })
  }
}

/** The hospital's years after the last treatment; null when there was none. */
async function retainedUntil(tx: Transaction, { hospitalId, patientIds }: Ids): Promise<string | null> {
  const [row] = await tx.sql<{ until: string | Date | null }>({
    text: `select max(treated.at) + make_interval(years => h.retention_years) until
             from hospital h left join (
               select coalesce(discharged_at, admitted_at) at from admission where hospital_id = $1 and patient_id = any($2)
               union all select ends_at from appointment
                          where hospital_id = $1 and patient_id = any($2) and status in ('in_progress', 'completed')
               union all select coalesce(changed_at, recorded_at) from clinical_entry
                          where hospital_id = $1 and patient_id = any($2)
               union all select greatest(began_at, changed_at, recorded_at) from visit
                          where hospital_id = $1 and patient_id = any($2)
               union all select coalesce(changed_at, opened_at) from care_case
                          where hospital_id = $1 and patient_id = any($2)) treated on true
            where h.id = $1 group by h.retention_years`,
    values: [hospitalId, patientIds],
  })
  return row?.until ? new Date(row.until).toISOString() : null
}

/** Takes the files out. Their numbers stay as the key to what is retained, and go with it. */
async function closeFiles(
  tx: Transaction,
  { hospitalId, patientIds, at, isRetained }: Ids & { at: Date; isRetained: boolean },
): Promise<number> {
  const files = await tx.sql({
    text: `update registration set removed_at = coalesce(removed_at, $3) ${isRetained ? '' : `, mrn = 'erased:' || id`}
            where hospital_id = $1 and patient_id = any($2) returning 1`,
    values: [hospitalId, patientIds, at],
  })
  return files.length
}

function latest(one: string | null, other: string | null): string | null {
  return one === null || other === null ? (one ?? other) : one > other ? one : other
}

async function countDirectives(tx: Transaction, { patientIds }: Ids): Promise<number> {
  const [row] = await tx.sql<{ rows: number }>({
    text: 'select count(*)::int "rows" from consent_directive where patient_id = any($1)',
    values: [patientIds],
  })
  return row?.rows ?? 0
}

async function isKnownElsewhere(tx: Transaction, { hospitalId, patientIds }: Ids): Promise<boolean> {
  const files = await tx.sql({
    text: `select 1 from registration where patient_id = any($2) and hospital_id <> $1 and removed_at is null limit 1`,
    values: [hospitalId, patientIds],
  })
  return files.length > 0
}

async function countAudit(tx: Transaction, { hospitalId, patientIds }: Ids): Promise<number> {
  const [row] = await tx.sql<{ rows: number }>({
    text: 'select count(*)::int "rows" from audit_entry where chain = $1 and patient_ids && $2',
    values: [hospitalId, patientIds],
  })
  return row?.rows ?? 0
}
