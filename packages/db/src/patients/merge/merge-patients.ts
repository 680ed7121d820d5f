import { openStatuses } from '../../appointments/states.ts'
import { type Transaction, transact } from '../../database/transact.ts'
import type { Ctx } from '../../kernel/context.ts'
import { DomainError, invalid, notFound } from '../../kernel/errors.ts'
import { actorKey } from '../../policy/actor.ts'
import { authorizeStaff } from '../../policy/authorize.ts'
import { moveRows, sameSubject, spanOf } from './moved-rows.ts'
import { PatientMerge } from './patient-merge.entity.ts'

export interface MergeInput {
  /** The file that goes on. */
  patientId: string
  /** The file that goes into it. */
  mergedId: string
  reason: string
}

/**
 * Makes two files of the hospital one. Stays, alarms, limits, lists, care teams and logins of the file that goes become
 * the survivor's; its readings stay where they are and are read along. Nothing is overwritten: `unmergePatients` takes
 * back exactly what this did.
 *
 * @throws DomainError `merge_refused` when the file that goes is of an admitted patient (merge the other way round, or
 * discharge), when one of the two is held by another hospital as well, when both are expected at the same time, or when the
 * patient directed otherwise on the one than on the other
 */
export async function mergePatients(ctx: Ctx, input: MergeInput): Promise<{ mergeId: string; rows: number }> {
  const { patientId, mergedId, reason } = input
  return transact(ctx, async (tx) => {
    // Within, since the file that went is not found any more: the same request again still gets its answer.
    const { hospitalId } = await authorizeStaff(ctx, 'patient.merge', { type: 'patient', id: patientId })
    await authorizeStaff(ctx, 'patient.merge', { type: 'patient', id: mergedId })
    if (patientId === mergedId) throw invalid('mergedId', 'another patient than patientId')
    await lockFiles(tx, hospitalId, [patientId, mergedId])
    await assertMergeable(ctx, tx, { hospitalId, patientId, mergedId })
    const mergeId = ctx.newId()
    tx.em.create(PatientMerge, {
      id: mergeId,
      hospitalId,
      patientId,
      mergedId,
      reasonCipher: ctx.db.keys.encrypt(reason, { table: 'patient_merge', column: 'reason', id: mergeId }),
      mergedBy: actorKey(ctx.actor),
      mergedAt: ctx.now(),
    })
    await tx.em.flush()
    const rows = await moveRows(tx.sql, { mergeId, hospitalId, from: mergedId, to: patientId })
    await close(tx, { mergeId, hospitalId, mergedId, at: ctx.now() })
    tx.audit({
      hospitalId,
      action: 'patient.merge',
      resource: { type: 'patient-merge', id: mergeId },
      patientIds: [patientId, mergedId],
      detail: { rows },
    })
    announce(tx, hospitalId)
    return { mergeId, rows }
  })
}

/** Who may act, which limits hold and what the ward shows may have changed. */
export function announce(tx: Transaction, hospitalId: string): void {
  tx.publish({ type: 'access', hospitalId: null })
  tx.publish({ type: 'thresholds', hospitalId })
  tx.publish({ type: 'bedside', hospitalId })
}

/** Both files, in one order, against an admission, a removal or another merge in the same moment. */
async function lockFiles(tx: Transaction, hospitalId: string, patientIds: string[]): Promise<void> {
  const files = await tx.sql({
    text: `select 1 from registration where hospital_id = $1 and patient_id = any($2) and removed_at is null
            order by patient_id for update`,
    values: [hospitalId, patientIds],
  })
  if (files.length !== 2) throw notFound('patient')
}

async function assertMergeable(
  ctx: Ctx,
  tx: Transaction,
  { hospitalId, patientId, mergedId }: { hospitalId: string; patientId: string; mergedId: string },
): Promise<void> {
  // As the system: of other hospitals' files this one sees nothing, and is told no more than that there are some.
  const elsewhere = await ctx.db.sql({
    text: 'select 1 from registration where patient_id = any($2) and hospital_id <> $1 limit 1',
    values: [hospitalId, [patientId, mergedId]],
  })
  if (elsewhere.length > 0) throw refused('One of the two files is not this hospital’s alone.')
  const stays = await tx.sql({
    text: `select 1 from admission where patient_id = $1 and status = 'admitted'`,
    values: [mergedId],
  })
  if (stays.length > 0) throw refused('The file that would go is of an admitted patient.')
  const clashes = await tx.sql({
    text: `select 1 from appointment a join appointment b on b.hospital_id = a.hospital_id
              and b.starts_at < a.ends_at and b.ends_at > a.starts_at and b.status = any($4)
            where a.hospital_id = $1 and a.patient_id = $2 and b.patient_id = $3 and a.status = any($4) limit 1`,
    values: [hospitalId, patientId, mergedId, openStatuses],
  })
  if (clashes.length > 0) throw refused('Both have an appointment at the same time: cancel one of the two first.')
  // Of two that cannot both hold the survivor's would stay: not without the patient's word, where it says less.
  const unsaid = await tx.sql({
    text: `select 1 from consent_directive a join consent_directive b on ${sameSubject('a', 'b')}
              and ${spanOf('a')} && ${spanOf('b')} and coalesce(b.effective_until > $3, true)
            where a.patient_id = $1 and b.patient_id = $2 and a.superseded_at is null and b.superseded_at is null
              and not (a.effect = b.effect
                and ${spanOf('a')} @> tstzrange(greatest(b.effective_from, $3), b.effective_until)) limit 1`,
    values: [patientId, mergedId, ctx.now()],
  })
  if (unsaid.length > 0) throw refused('The directives of the two files differ: have the patient withdraw one first.')
}

function refused(why: string): DomainError {
  return new DomainError('merge_refused', why, { field: 'mergedId' })
}

/** Takes the file that goes out of the hospital, and ends what could not move because the survivor has its like. */
async function close(
  tx: Transaction,
  { mergeId, hospitalId, mergedId, at }: { mergeId: string; hospitalId: string; mergedId: string; at: Date },
): Promise<void> {
  const closings = [
    ['registration', 'removed_at'],
    ['patient_access', 'revoked_at'],
  ] as const
  for (const [table, column] of closings) {
    await tx.sql({
      text: `with closed as (update ${table} set ${column} = $2 where patient_id = $1 and ${column} is null returning id)
             insert into patient_merge_row (merge_id, hospital_id, table_name, row_id, change)
             select $3, $4, '${table}', id, 'closed' from closed`,
      values: [mergedId, at, mergeId, hospitalId],
    })
  }
}
