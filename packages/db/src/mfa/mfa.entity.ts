import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'

/** An authenticator app. Of each login at most one is confirmed, and one waits to be (to take its place). */
export const TotpFactorSchema = defineEntity({
  name: 'TotpFactor',
  tableName: 'totp_factor',
  properties: {
    id: id(),
    userId: p.uuid(),
    secretCipher: cipher(),
    createdAt: instant(),
    confirmedAt: instant().nullable(),
    /** The newest time step whose code was accepted: no code at or before it is accepted again. */
    lastStep: p.integer().nullable(),
  },
  indexes: [
    {
      name: 'totp_factor_confirmed_uq',
      expression: `create unique index totp_factor_confirmed_uq on totp_factor (user_id) where confirmed_at is not null`,
    },
    {
      name: 'totp_factor_pending_uq',
      expression: `create unique index totp_factor_pending_uq on totp_factor (user_id) where confirmed_at is null`,
    },
  ],
})
export class TotpFactor extends TotpFactorSchema.class {}
TotpFactorSchema.setClass(TotpFactor)

export const RecoveryCodeSchema = defineEntity({
  name: 'RecoveryCode',
  tableName: 'recovery_code',
  properties: {
    id: id(),
    userId: p.uuid(),
    /** SHA-256 of the login and the code; a code has 80 random bits, so nobody finds it by trying. */
    codeHash: p.blob(),
    createdAt: instant(),
    usedAt: instant().nullable(),
  },
  uniques: [{ name: 'recovery_code_uq', properties: ['userId', 'codeHash'] }],
})
export class RecoveryCode extends RecoveryCodeSchema.class {}
RecoveryCodeSchema.setClass(RecoveryCode)

export const PasskeySchema = defineEntity({
  name: 'Passkey',
  tableName: 'passkey',
  properties: {
    id: id(),
    userId: p.uuid().index(),
    /** As the authenticator names it, base64url. */
    credentialId: p.text().unique(),
    publicKey: p.blob(),
    /** The authenticator's count of signatures; one that does not grow is a copy. Synchronised passkeys always say 0. */
    counter: p.bigint('number'),
    transports: p.text(),
    name: p.text(),
    createdAt: instant(),
    lastUsedAt: instant().nullable(),
  },
})
export class Passkey extends PasskeySchema.class {}
PasskeySchema.setClass(Passkey)

export const challengePurposes = ['register', 'sign-in', 'second-factor', 'step-up'] as const

/** What an authenticator is asked to sign; taken out by its first use. */
export const PasskeyChallengeSchema = defineEntity({
  name: 'PasskeyChallenge',
  tableName: 'passkey_challenge',
  properties: {
    challenge: p.text().primary(),
    purpose: p.enum(challengePurposes),
    /** Null where the passkey itself says whose it is. */
    userId: p.uuid().nullable(),
    expiresAt: instant().index(),
  },
})
export class PasskeyChallenge extends PasskeyChallengeSchema.class {}
PasskeyChallengeSchema.setClass(PasskeyChallenge)

/** A sign-in whose password was right and whose second factor is awaited. */
export const SignInTicketSchema = defineEntity({
  name: 'SignInTicket',
  tableName: 'sign_in_ticket',
  properties: {
    /** SHA-256 of the ticket. */
    id: p.blob().primary(),
    userId: p.uuid().index(),
    /** Of the client that gave the password: the ticket is good in no other. */
    userAgent: p.text().nullable(),
    attempts: p.integer().default(0),
    expiresAt: instant().index(),
  },
})
export class SignInTicket extends SignInTicketSchema.class {}
SignInTicketSchema.setClass(SignInTicket)

/** From when on the staff of a hospital need a second factor. */
export const MfaPolicySchema = defineEntity({
  name: 'MfaPolicy',
  tableName: 'mfa_policy',
  properties: {
    hospitalId: p.uuid().primary(),
    requiredFrom: instant().nullable(),
    setBy: p.text(),
    setAt: instant(),
  },
})
export class MfaPolicy extends MfaPolicySchema.class {}
MfaPolicySchema.setClass(MfaPolicy)

export const noticeKinds = [
  'totp-added',
  'totp-removed',
  'passkey-added',
  'passkey-removed',
  'recovery-codes-made',
  'recovery-code-used',
  'factors-reset',
  'sessions-ended',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

/** What happened to a login's security, for its owner, who may not have done it. */
export const SecurityNoticeSchema = defineEntity({
  name: 'SecurityNotice',
  tableName: 'security_notice',
  properties: {
    id: id(),
    userId: p.uuid().index(),
    kind: p.enum(noticeKinds),
    /** `self`, `administrator` or `operator`. */
    by: p.text(),
    createdAt: instant(),
    seenAt: instant().nullable(),
  },
})
export class SecurityNotice extends SecurityNoticeSchema.class {}
SecurityNoticeSchema.setClass(SecurityNotice)
