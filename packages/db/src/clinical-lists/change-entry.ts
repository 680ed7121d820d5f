import { type Transaction, transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound, staleVersion } from '../kernel/errors.ts'
import { given, type Given } from '../kernel/given.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import {
  assertFits,
  type EntryContent,
  entryColumns,
  type EntryFacts,
  type EntryRow,
  openEntry,
  sealContent,
  sealReason,
} from './entry-content.ts'

interface NamedEntry {
  patientId: string
  entryId: string
  /** The version that was read; another one in the meantime is `stale_version`. */
  version: number
}

export type UpdateEntryInput = NamedEntry & Given<EntryContent & EntryFacts>

/** Changes what is given of a line and nothing else. @throws DomainError `stale_version` */
export async function updateEntry(ctx: Ctx, input: UpdateEntryInput): Promise<{ version: number }> {
  const { patientId, entryId, version: _, ...asked } = input
  const fields = given(asked)
  const { hospitalId } = await authorizeStaff(ctx, 'clinical-list.write', { type: 'patient', id: patientId })
  return transact(ctx, async (tx) => {
    const stored = await lockEntry(tx, { ...input, hospitalId })
    const { name, code, reaction, dosage, note, status, severity, onset } = {
      ...openEntry(ctx.db.keys, stored),
      ...fields,
    }
    assertFits(stored.kind, { status, reaction, dosage })
    const [changed] = await tx.sql<{ version: number }>({
      text: `update clinical_entry set status = $2, severity = $3, onset = $4, content_cipher = $5, changed_by = $6,
                    changed_at = $7, version = version + 1
              where id = $1 returning version`,
      values: [
        entryId,
        status,
        severity,
        onset,
        sealContent(ctx.db.keys, entryId, { name, code, reaction, dosage, note }),
        actorKey(ctx.actor),
        ctx.now(),
      ],
    })
    if (!changed) throw notFound('entry')
    tx.audit({
      hospitalId,
      action: 'clinical-list.update',
      resource: { type: 'clinical-entry', id: entryId },
      patientIds: [patientId],
      changed: Object.keys(fields),
      detail: { kind: stored.kind, from: stored.status, status },
    })
    return changed
  })
}

/** Says that a line was a mistake, and why. It stays, and can no longer be changed. @throws DomainError `stale_version` */
export async function markEntryErroneous(
  ctx: Ctx,
  input: NamedEntry & { reason: string },
): Promise<{ version: number }> {
  const { patientId, entryId, reason } = input
  const { hospitalId } = await authorizeStaff(ctx, 'clinical-list.write', { type: 'patient', id: patientId })
  return transact(ctx, async (tx) => {
    const stored = await lockEntry(tx, { ...input, hospitalId })
    const [changed] = await tx.sql<{ version: number }>({
      text: `update clinical_entry set erroneous_by = $2, erroneous_at = $3, reason_cipher = $4, version = version + 1
              where id = $1 returning version`,
      values: [entryId, actorKey(ctx.actor), ctx.now(), sealReason(ctx.db.keys, entryId, reason)],
    })
    if (!changed) throw notFound('entry')
    tx.audit({
      hospitalId,
      action: 'clinical-list.mark-erroneous',
      resource: { type: 'clinical-entry', id: entryId },
      patientIds: [patientId],
      detail: { kind: stored.kind },
    })
    return changed
  })
}

/** The line as it was read, locked until commit. One that was a mistake counts as not there. */
async function lockEntry(
  tx: Transaction,
  { hospitalId, patientId, entryId, version }: NamedEntry & { hospitalId: string },
): Promise<EntryRow> {
  const [entry] = await tx.sql<EntryRow>({
    text: `select ${entryColumns} from clinical_entry
            where id = $1 and patient_id = $2 and hospital_id = $3 and erroneous_at is null for update`,
    values: [entryId, patientId, hospitalId],
  })
  if (!entry) throw notFound('entry')
  if (entry.version !== version) throw staleVersion('line')
  return entry
}
