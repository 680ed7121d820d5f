import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'

export const breakGlassReasons = [
  'emergency',
  'cover-for-colleague',
  'telephone-advice',
  'patient-asked',
  'handover',
  'other',
] as const
export const breakGlassEnds = ['expired', 'closed', 'revoked'] as const
export const reviewOutcomes = ['justified', 'not-justified'] as const

/** One patient's record, opened for an hour by somebody who does not care for the patient, on their own responsibility. */
export const BreakGlassGrantSchema = defineEntity({
  name: 'BreakGlassGrant',
  tableName: 'break_glass_grant',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    patientId: p.uuid().index(),
    membershipId: p.uuid(),
    reason: p.enum(breakGlassReasons),
    explanationCipher: cipher(),
    /** Whether a directive of the patient stood against it, not only a missing care relationship. */
    againstDirective: p.boolean(),
    openedAt: instant(),
    expiresAt: instant(),
    endedAt: instant().nullable(),
    end: p.enum(breakGlassEnds).nullable(),
    endedBy: p.text().nullable(),
    outcome: p.enum(reviewOutcomes).nullable(),
    reviewNoteCipher: cipher().nullable(),
    reviewedAt: instant().nullable(),
    reviewedBy: p.text().nullable(),
  },
  indexes: [
    { name: 'break_glass_review_idx', properties: ['hospitalId', 'id'] },
    {
      name: 'break_glass_open_uq',
      expression: `create unique index break_glass_open_uq on break_glass_grant (membership_id, patient_id) where ended_at is null`,
    },
  ],
  checks: [
    { name: 'break_glass_end_ck', expression: `(ended_at is null) = ("end" is null)` },
    { name: 'break_glass_review_ck', expression: `(outcome is null) = (reviewed_at is null)` },
  ],
})
export class BreakGlassGrant extends BreakGlassGrantSchema.class {}
BreakGlassGrantSchema.setClass(BreakGlassGrant)

/** Who watches over patients' privacy at a hospital. Where nobody is appointed, its administrators do. */
export const PrivacyOfficerSchema = defineEntity({
  name: 'PrivacyOfficer',
  tableName: 'privacy_officer',
  properties: {
    id: id(),
    hospitalId: p.uuid().index(),
    membershipId: p.uuid(),
    appointedBy: p.text(),
    since: instant(),
    until: instant().nullable(),
  },
  indexes: [
    {
      name: 'privacy_officer_active_uq',
      expression: `create unique index privacy_officer_active_uq on privacy_officer (membership_id) where until is null`,
    },
  ],
})
export class PrivacyOfficer extends PrivacyOfficerSchema.class {}
PrivacyOfficerSchema.setClass(PrivacyOfficer)

/** What the privacy officers of a hospital have been told, and whether one of them has seen it. */
export const PrivacyNoticeSchema = defineEntity({
  name: 'PrivacyNotice',
  tableName: 'privacy_notice',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    patientId: p.uuid(),
    breakGlassId: p.uuid().unique(),
    createdAt: instant(),
    seenAt: instant().nullable(),
    seenBy: p.text().nullable(),
  },
  indexes: [{ name: 'privacy_notice_list_idx', properties: ['hospitalId', 'id'] }],
})
export class PrivacyNotice extends PrivacyNoticeSchema.class {}
PrivacyNoticeSchema.setClass(PrivacyNotice)

/** A hospital's own choice where it differs from the default. */
export const PrivacySettingSchema = defineEntity({
  name: 'PrivacySetting',
  tableName: 'privacy_setting',
  properties: { hospitalId: p.uuid().primary(), breakGlassMinutes: p.integer(), setBy: p.text(), setAt: instant() },
  checks: [{ name: 'privacy_setting_minutes_ck', expression: `break_glass_minutes between 5 and 480` }],
})
export class PrivacySetting extends PrivacySettingSchema.class {}
PrivacySettingSchema.setClass(PrivacySetting)
