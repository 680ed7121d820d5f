import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'

/** Takes a link back, and its document with it. Once more changes nothing. */
export async function revokeDocument(
  ctx: Ctx,
  { patientId, documentId }: { patientId: string; documentId: string },
): Promise<{ revokedAt: string }> {
  const { hospitalId } = await authorizeStaff(ctx, 'document.send', { type: 'patient', id: patientId })
  return transact(ctx, async (tx) => {
    const [revoked] = await tx.sql<{ revokedAt: string | Date }>({
      text: `update sent_document set revoked_at = coalesce(revoked_at, $4), revoked_by = coalesce(revoked_by, $5),
                    content = null
              where id = $1 and patient_id = $2 and hospital_id = $3 returning revoked_at "revokedAt"`,
      values: [documentId, patientId, hospitalId, ctx.now(), actorKey(ctx.actor)],
    })
    if (!revoked) throw notFound('document')
    tx.audit({
      hospitalId,
      action: 'document.revoke',
      resource: { type: 'document', id: documentId },
      patientIds: [patientId],
    })
    return { revokedAt: new Date(revoked.revokedAt).toISOString() }
  })
}
