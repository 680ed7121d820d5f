import { defineEntity, p } from '@mikro-orm/core'
import { instant } from '../kernel/columns.ts'

/** Attempts at what can be guessed or flooded, counted for all processes. Names neither people nor addresses. */
export const AttemptCountSchema = defineEntity({
  name: 'AttemptCount',
  tableName: 'attempt_count',
  properties: {
    what: p.text().primary(),
    /** HMAC of whoever or whatever is counted. */
    subject: p.blob().primary(),
    attempts: p.integer(),
    windowEndsAt: instant().index(),
  },
})
