import { authorizeOfficer } from '../break-glass/privacy-officers.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { authorizeStaff } from '../policy/authorize.ts'

/** The log of a hospital is read by its administrators and its privacy officers. */
export async function authorizeAuditReading(ctx: Ctx): Promise<{ hospitalId: string }> {
  try {
    return await authorizeStaff(ctx, 'audit.read', { type: 'hospital' })
  } catch (error) {
    if (error instanceof DomainError && error.code === 'forbidden') return authorizeOfficer(ctx)
    throw error
  }
}
