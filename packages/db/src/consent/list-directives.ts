import { recordRead } from '../audit/record-read.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorize } from '../policy/authorize.ts'
import type { DirectivePurpose } from '../policy/purposes.ts'
import type { directiveBases, directiveEffects } from './consent-directive.entity.ts'
import { referencePlace } from './give-directive.ts'
import { type Recipient, recipientOf, type RecipientColumns } from './recipient.ts'

export interface DirectiveRow {
  id: string
  patientId: string
  effect: (typeof directiveEffects)[number]
  purpose: DirectivePurpose
  recipient: Recipient
  effectiveFrom: string
  effectiveUntil: string | null
  basis: (typeof directiveBases)[number]
  /** Where the signed paper is. */
  reference: string | null
  createdAt: string
  supersededAt: string | null
  supersededBy: string | null
}

type StoredDirective = Omit<DirectiveRow, 'recipient' | 'reference'> &
  RecipientColumns & { referenceCipher: Buffer | null }

/**
 * The directives of a patient, newest first; with the superseded ones on request. Staff see what speaks to everybody and
 * to their own hospital: what a patient says of another hospital is none of theirs.
 */
export async function listDirectives(
  ctx: Ctx,
  { patientId, include }: { patientId: string; include: 'standing' | 'all' },
): Promise<DirectiveRow[]> {
  const { hospitalId } = await authorize(ctx, 'consent.read', { type: 'patient', id: patientId })
  const rows = await ctx.sql<StoredDirective>({
    text: `select id, patient_id "patientId", effect, purpose, recipient_hospital_id "recipientHospitalId",
                  recipient_role "recipientRole", recipient_membership_id "recipientMembershipId",
                  effective_from "effectiveFrom", effective_until "effectiveUntil", basis,
                  reference_cipher "referenceCipher", created_at "createdAt", superseded_at "supersededAt",
                  superseded_by "supersededBy"
             from consent_directive
            where patient_id = $1 and ($2::uuid is null or recipient_hospital_id is null or recipient_hospital_id = $2)
              and ($3::boolean or (superseded_at is null and (effective_until is null or effective_until > $4)))
            order by id desc limit 1000`,
    values: [patientId, hospitalId, include === 'all', ctx.now()],
  })
  await recordRead(ctx, {
    hospitalId,
    action: 'consent.read',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  return rows.map(({ recipientHospitalId, recipientRole, recipientMembershipId, referenceCipher, ...row }) => ({
    ...row,
    recipient: recipientOf({ recipientHospitalId, recipientRole, recipientMembershipId }),
    reference: referenceCipher === null ? null : ctx.db.keys.decrypt(referenceCipher, referencePlace(row.id)),
  }))
}
