import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { nobody } from '../kernel/ids.ts'
import { authorize } from '../policy/authorize.ts'
import { assertConcerns, authorizeDirecting, type Word } from './authorize-directing.ts'
import { lockDirectives, referencePlace } from './give-directive.ts'
import { publishDirected } from './publish-directed.ts'

interface Standing {
  patientId: string
  recipientHospitalId: string | null
}

/** Takes a directive back from now on: the next wider one decides, or the default. It stays on record. */
export async function withdrawDirective(
  ctx: Ctx,
  { id, reference }: { id: string; reference?: string | undefined },
): Promise<{ withdrawn: true }> {
  return transact(ctx, async (tx) => {
    // Within, so that what is withdrawn by this very act still gets its answer again under the same idempotency key.
    const { patientId, word } = await authorizeWithdrawing(ctx, id, reference)
    await lockDirectives(tx, patientId)
    const paper = word.reference
    const place = { ...referencePlace(id), column: 'withdrawal' }
    const ended = await tx.sql({
      text: `update consent_directive set superseded_at = $2, withdrawal_cipher = $3
              where id = $1 and superseded_at is null returning id`,
      values: [id, ctx.now(), paper === null ? null : ctx.db.keys.encrypt(paper, place)],
    })
    if (ended.length === 0) throw notFound('directive')
    tx.audit({
      hospitalId: word.hospitalId,
      action: 'consent.withdraw',
      resource: { type: 'consent-directive', id },
      patientIds: [patientId],
      detail: { basis: word.basis },
    })
    await publishDirected(tx, patientId)
    return { withdrawn: true as const }
  })
}

async function authorizeWithdrawing(
  ctx: Ctx,
  id: string,
  reference: string | undefined,
): Promise<{ patientId: string; word: Word }> {
  await authorize(ctx, 'consent.give', { type: 'hospital' })
  const [standing] = await ctx.sql<Standing>({
    text: `select patient_id "patientId", recipient_hospital_id "recipientHospitalId" from consent_directive
            where id = $1 and superseded_at is null`,
    values: [id],
  })
  // Also for nobody: what is not there must cost what it costs where one may not see.
  const word = await authorizeDirecting(ctx, standing?.patientId ?? nobody, reference).catch((error: unknown) => {
    throw isAbsent(error) ? notFound('directive') : error
  })
  if (!standing) throw notFound('directive')
  const { patientId, recipientHospitalId } = standing
  // What concerns other hospitals is none of this one's business.
  if (word.hospitalId !== null && recipientHospitalId !== null && recipientHospitalId !== word.hospitalId) {
    throw notFound('directive')
  }
  assertConcerns(word, recipientHospitalId)
  return { patientId, word }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'not_found'
}
