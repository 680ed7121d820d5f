import type { Ctx } from '../kernel/context.ts'
import { actorKey } from '../policy/actor.ts'
import type { AuditOrigin } from './audit-entry.ts'

export function originOf(ctx: Ctx): AuditOrigin {
  return {
    actor: actorKey(ctx.actor),
    capacity: ctx.actor.kind === 'user' ? ctx.actor.capacity : null,
    requestId: ctx.requestId,
    at: ctx.now().toISOString(),
  }
}
