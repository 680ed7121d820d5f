import { defineEntity, p } from '@mikro-orm/core'
import { id, instant } from '../kernel/columns.ts'

/** A link that sets a new password once. */
export const PasswordResetSchema = defineEntity({
  name: 'PasswordReset',
  tableName: 'password_reset',
  properties: {
    id: id(),
    userId: p.uuid().index(),
    /** SHA-256: the database cannot hand out a link. */
    tokenHash: p.blob().unique(),
    requestedBy: p.text(),
    createdAt: instant(),
    expiresAt: instant(),
    usedAt: instant().nullable(),
  },
})
export class PasswordReset extends PasswordResetSchema.class {}
PasswordResetSchema.setClass(PasswordReset)

/** Links asked for per account name, whether or not such an account exists; shared by all processes. */
export const ResetThrottleSchema = defineEntity({
  name: 'ResetThrottle',
  tableName: 'reset_throttle',
  properties: {
    subject: p.blob().primary(),
    windowStartedAt: instant(),
    requests: p.integer(),
  },
})
export class ResetThrottle extends ResetThrottleSchema.class {}
ResetThrottleSchema.setClass(ResetThrottle)
