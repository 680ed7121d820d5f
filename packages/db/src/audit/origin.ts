import type { Ctx } from '../kernel/context.ts'
import { actorKey } from '../policy/actor.ts'
import { purposeOf } from '../policy/purposes.ts'
import type { AuditEntry, AuditOrigin } from './audit-entry.ts'

export function originOf(ctx: Ctx): AuditOrigin {
  return {
    actor: actorKey(ctx.actor),
    capacity: ctx.actor.kind === 'user' ? ctx.actor.capacity : null,
    purpose: purposeOf(ctx),
    requestId: ctx.requestId,
    at: ctx.now().toISOString(),
  }
}

/** An entry with who made it, marked when break-glass opened a record it is about. */
export function originated(ctx: Ctx, entry: AuditEntry): AuditEntry & { origin: AuditOrigin } {
  const breakGlass = entry.patientIds.map((id) => ctx.opened.get(id)).find((grant) => grant !== undefined)
  return {
    ...entry,
    ...(breakGlass === undefined ? {} : { detail: { ...entry.detail, breakGlass } }),
    origin: originOf(ctx),
  }
}
