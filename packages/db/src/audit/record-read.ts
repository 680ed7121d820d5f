import type { Ctx } from '../kernel/context.ts'
import type { AuditEntry } from './audit-entry.ts'
import { originated } from './origin.ts'

/** Logs that patient records are about to be disclosed. Await it before handing them out. */
export function recordRead(ctx: Ctx, entry: AuditEntry): Promise<void> {
  return ctx.db.readLog.record(originated(ctx, entry))
}
