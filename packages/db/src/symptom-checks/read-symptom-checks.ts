import { recordRead } from '../audit/record-read.ts'
import { type Page, pageOf } from '../database/page.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { authorize } from '../policy/authorize.ts'
import { openCheck, type SymptomCheckDetails, type SymptomCheckLine } from './complaint.ts'

const columns = `id, patient_id "patientId", level, engine, engine_version "engineVersion", asked_by "askedBy",
  created_at "createdAt"`

/** What a patient asked, newest first; also under ids of files that were merged into this one. */
export async function listSymptomChecks(
  ctx: Ctx,
  { patientId, after, limit }: { patientId: string; after: string | null; limit: number },
): Promise<Page<SymptomCheckLine>> {
  const { hospitalId } = await authorize(ctx, 'symptom-check.read', { type: 'patient', id: patientId })
  const rows = await ctx.sql<SymptomCheckLine>({
    name: 'symptom_checks',
    text: `select ${columns} from symptom_check
            where patient_id in (select merged_records($1)) and ($2::uuid is null or id < $2)
            order by id desc limit $3`,
    values: [patientId, after, limit + 1],
  })
  await recordRead(ctx, {
    hospitalId,
    action: 'symptom-check.list',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  return pageOf(rows, limit, ({ id }) => id)
}

/** One check with its words and its answer. */
export async function getSymptomCheck(
  ctx: Ctx,
  { patientId, checkId }: { patientId: string; checkId: string },
): Promise<SymptomCheckDetails> {
  const { hospitalId } = await authorize(ctx, 'symptom-check.read', { type: 'patient', id: patientId })
  const [row] = await ctx.sql<SymptomCheckLine & { complaintCipher: Buffer; answerCipher: Buffer }>({
    name: 'symptom_check',
    text: `select ${columns}, complaint_cipher "complaintCipher", answer_cipher "answerCipher" from symptom_check
            where id = $2 and patient_id in (select merged_records($1))`,
    values: [patientId, checkId],
  })
  if (!row) throw notFound('symptom check')
  await recordRead(ctx, {
    hospitalId,
    action: 'symptom-check.read',
    resource: { type: 'symptom-check', id: checkId },
    patientIds: [patientId],
  })
  return openCheck(ctx.db.keys, row)
}
