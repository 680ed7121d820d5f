import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'
import { staffRoles } from '../policy/actor.ts'
import { directivePurposes } from '../policy/purposes.ts'

export const directiveEffects = ['permit', 'deny'] as const
/** Whose word it is: the patient's, of somebody who stands in for the patient, or on paper at a hospital. */
export const directiveBases = ['patient', 'representative', 'written'] as const

/**
 * What a patient permits or denies, for one purpose and one recipient, from when until when. Never changed and never
 * deleted: another one supersedes it. Of one purpose and recipient at most one holds at any moment
 * (`consent_directive_span_ex`).
 */
export const ConsentDirectiveSchema = defineEntity({
  name: 'ConsentDirective',
  tableName: 'consent_directive',
  properties: {
    id: id(),
    patientId: p.uuid().index(),
    effect: p.enum(directiveEffects),
    purpose: p.enum(directivePurposes),
    /** Everybody when all three are null; a role or a membership comes with its hospital. */
    recipientHospitalId: p.uuid().nullable(),
    recipientRole: p.enum(staffRoles).nullable(),
    recipientMembershipId: p.uuid().nullable(),
    effectiveFrom: instant(),
    effectiveUntil: instant().nullable(),
    basis: p.enum(directiveBases),
    /** Where the signed paper is; of written ones alone. */
    referenceCipher: cipher().nullable(),
    /** The hospital whose staff recorded it; null when given by the patient's own login. */
    hospitalId: p.uuid().nullable(),
    givenBy: p.text(),
    createdAt: instant(),
    supersededAt: instant().nullable(),
    supersededBy: p.uuid().nullable(),
    /** Where the paper is by which staff withdrew it. */
    withdrawalCipher: cipher().nullable(),
    /** Of what remains of a directive around one that superseded a part of its span. */
    continues: p.uuid().nullable(),
  },
  indexes: [
    {
      name: 'consent_directive_active_idx',
      expression: `create index consent_directive_active_idx on consent_directive (patient_id) where superseded_at is null`,
    },
    {
      name: 'consent_directive_named_idx',
      expression: `create index consent_directive_named_idx on consent_directive (recipient_membership_id) where superseded_at is null and recipient_membership_id is not null`,
    },
  ],
  checks: [
    {
      name: 'consent_directive_recipient_ck',
      expression: `(recipient_role is null or recipient_membership_id is null) and (recipient_hospital_id is not null or (recipient_role is null and recipient_membership_id is null))`,
    },
    {
      name: 'consent_directive_span_ck',
      expression: `effective_until is null or effective_until > effective_from`,
    },
    {
      name: 'consent_directive_written_ck',
      expression: `(basis = 'written') = (hospital_id is not null) and (basis = 'written') = (reference_cipher is not null)`,
    },
  ],
})
export class ConsentDirective extends ConsentDirectiveSchema.class {}
ConsentDirectiveSchema.setClass(ConsentDirective)
