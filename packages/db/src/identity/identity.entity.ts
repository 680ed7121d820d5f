import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'
import { staffRoles } from '../policy/actor.ts'

export const userKinds = ['person', 'service'] as const

export const UserSchema = defineEntity({
  name: 'User',
  tableName: 'app_user',
  properties: {
    id: id(),
    kind: p.enum(userKinds),
    name: p.text(),
    emailCipher: cipher().nullable(),
    emailIndex: p.blob().nullable().unique(),
    /** Argon2id in PHC form; a service account has none and cannot sign in. */
    passwordHash: p.text().nullable(),
    disabledAt: instant().nullable(),
    createdAt: instant(),
  },
})
export class User extends UserSchema.class {}
UserSchema.setClass(User)

export const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'session',
  properties: {
    /** SHA-256 of the token, base64url: the database cannot hand out a session. */
    id: p.text().primary(),
    userId: p.uuid().index(),
    expiresAt: instant().index(),
    createdAt: instant(),
    userAgent: p.text().nullable(),
  },
})
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session)

/** A person's or program's place in a hospital. Ended, never deleted: the audit log points at it. */
export const MembershipSchema = defineEntity({
  name: 'Membership',
  tableName: 'membership',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    userId: p.uuid().index(),
    role: p.enum(staffRoles),
    departmentId: p.uuid().nullable().index(),
    grantedBy: p.text(),
    createdAt: instant(),
    endedAt: instant().nullable(),
  },
  indexes: [
    {
      name: 'membership_active_uq',
      expression: `create unique index membership_active_uq on membership (hospital_id, user_id) where ended_at is null`,
    },
  ],
})
export class Membership extends MembershipSchema.class {}
MembershipSchema.setClass(Membership)

export const patientRelations = ['self', 'parent', 'child', 'spouse', 'guardian', 'other'] as const

export const InvitationSchema = defineEntity({
  name: 'Invitation',
  tableName: 'invitation',
  properties: {
    id: id(),
    hospitalId: p.uuid().index(),
    tokenHash: p.blob().unique(),
    emailCipher: cipher(),
    emailIndex: p.blob(),
    /** A staff role, or else the patient to act for and how they are related. */
    role: p.enum(staffRoles).nullable(),
    patientId: p.uuid().nullable(),
    relation: p.enum(patientRelations).nullable(),
    invitedBy: p.text(),
    createdAt: instant(),
    expiresAt: instant(),
    acceptedAt: instant().nullable(),
    revokedAt: instant().nullable(),
  },
  checks: [
    {
      name: 'invitation_purpose_ck',
      expression: `(role is null) <> (patient_id is null) and (patient_id is null) = (relation is null)`,
    },
  ],
})
export class Invitation extends InvitationSchema.class {}
InvitationSchema.setClass(Invitation)

/** Failed sign-ins per account name, whether or not such an account exists; shared by all processes. */
export const SignInThrottleSchema = defineEntity({
  name: 'SignInThrottle',
  tableName: 'sign_in_throttle',
  properties: {
    subject: p.blob().primary(),
    failures: p.integer(),
    lastFailureAt: instant(),
    lockedUntil: instant().nullable(),
  },
})
export class SignInThrottle extends SignInThrottleSchema.class {}
SignInThrottleSchema.setClass(SignInThrottle)

/** Which login may act for which patient; granted, never claimed. */
export const PatientAccessSchema = defineEntity({
  name: 'PatientAccess',
  tableName: 'patient_access',
  properties: {
    id: id(),
    userId: p.uuid().index(),
    patientId: p.uuid().index(),
    relation: p.enum(patientRelations),
    grantedBy: p.text(),
    createdAt: instant(),
    revokedAt: instant().nullable(),
  },
  indexes: [
    {
      name: 'patient_access_active_uq',
      expression: `create unique index patient_access_active_uq on patient_access (user_id, patient_id) where revoked_at is null`,
    },
  ],
})
export class PatientAccess extends PatientAccessSchema.class {}
PatientAccessSchema.setClass(PatientAccess)
