import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'

/** Puts on record that somebody could not prove to be a login, and passes the refusal on. */
export function notedFor(ctx: Ctx, userId: string | null) {
  return (error: unknown): never => {
    if (error instanceof DomainError) ctx.db.refusals.noteSignIn(ctx, { userId, reason: error.code })
    throw error
  }
}
