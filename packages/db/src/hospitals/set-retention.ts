import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorizeStaff } from '../policy/authorize.ts'

/** How many years after the last treatment the hospital keeps the clinical records of a file that is erased from now on. */
export async function setRetention(ctx: Ctx, { years }: { years: number }): Promise<{ years: number }> {
  const { hospitalId } = await authorizeStaff(ctx, 'retention.set', { type: 'hospital' })
  return transact(ctx, async (tx) => {
    await tx.sql({ text: 'update hospital set retention_years = $2 where id = $1', values: [hospitalId, years] })
    tx.audit({
      hospitalId,
      action: 'hospital.set-retention',
      resource: { type: 'hospital', id: hospitalId },
      patientIds: [],
      detail: { years },
    })
    return { years }
  })
}
