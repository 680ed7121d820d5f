import { recordRead } from '../audit/record-read.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { authorize } from '../policy/authorize.ts'
import { type PatientRow, patientStatement } from './patient.queries.ts'

/** Demographics and where the patient lies; no history. */
export async function getPatient(ctx: Ctx, { patientId }: { patientId: string }): Promise<PatientRow> {
  const access = await authorize(ctx, 'patient.read', { type: 'patient', id: patientId })
  const [patient] = await ctx.sql<PatientRow>(patientStatement(patientId, access.hospitalId))
  if (!patient) throw notFound('patient')
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'patient.read',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  return patient
}

/** The medical history, deciphered, for those who may read it. */
export async function getHistory(
  ctx: Ctx,
  { patientId }: { patientId: string },
): Promise<{ patientId: string; history: string | null; version: number }> {
  const access = await authorize(ctx, 'patient.history.read', { type: 'patient', id: patientId })
  const [row] = await ctx.sql<{ historyCipher: Buffer | null; version: number }>({
    text: 'select history_cipher "historyCipher", version from patient where id = $1',
    values: [patientId],
  })
  if (!row) throw notFound('patient')
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'patient.history.read',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  const place = { table: 'patient', column: 'history', id: patientId }
  return {
    patientId,
    history: row.historyCipher === null ? null : ctx.db.keys.decrypt(row.historyCipher, place),
    version: row.version,
  }
}
