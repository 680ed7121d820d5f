import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import type { Given } from '../kernel/given.ts'
import { holdFileOpen } from '../patients/hold-file-open.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { ClinicalEntry, type EntryKind } from './clinical-entry.entity.ts'
import { assertFits, type EntryContent, type EntryFacts, sealContent } from './entry-content.ts'

export type AddEntryInput = Given<EntryContent & EntryFacts> & { patientId: string; kind: EntryKind; name: string }

/** Puts a line on one of a patient's lists. Active unless said otherwise. */
export async function addEntry(ctx: Ctx, input: AddEntryInput): Promise<{ id: string; version: number }> {
  const { patientId, kind, name, code = null, reaction = null, dosage = null, note = null } = input
  const { hospitalId } = await authorizeStaff(ctx, 'clinical-list.write', { type: 'patient', id: patientId })
  const { status = 'active', severity = null, onset = null } = input
  assertFits(kind, { status, reaction, dosage })
  return transact(ctx, async (tx) => {
    await holdFileOpen(tx.sql, { hospitalId, patientId })
    const id = ctx.newId()
    tx.em.create(ClinicalEntry, {
      id,
      hospitalId,
      patientId,
      kind,
      status,
      severity,
      onset,
      contentCipher: sealContent(ctx.db.keys, id, { name, code, reaction, dosage, note }),
      recordedBy: actorKey(ctx.actor),
      recordedAt: ctx.now(),
      version: 1,
    })
    tx.audit({
      hospitalId,
      action: 'clinical-list.add',
      resource: { type: 'clinical-entry', id },
      patientIds: [patientId],
      detail: { kind, status },
    })
    return { id, version: 1 }
  })
}
