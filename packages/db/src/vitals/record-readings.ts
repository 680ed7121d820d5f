import type { Ctx } from '../kernel/context.ts'
import { invalid } from '../kernel/errors.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { maxBatch } from './ingest/limits.ts'
import { type BatchOutcome, type IncomingReading, type RowOutcome, summarise } from './ingest/reading.ts'

/**
 * Takes readings in: up to 5,000, any mixture of patients. Each row has its own outcome; one bad row or un-admitted
 * patient never fails the others. Idempotent by patient, device and source time. An answer means durable storage.
 *
 * @param refused rows whose form was wrong already, so that every row of the request is accounted for
 */
export async function recordReadings(
  ctx: Ctx,
  { rows, refused = [] }: { rows: readonly IncomingReading[]; refused?: readonly RowOutcome[] },
): Promise<BatchOutcome> {
  const access = await authorizeStaff(ctx, 'vitals.record', { type: 'hospital' })
  if (rows.length + refused.length > maxBatch) throw invalid('readings', `at most ${maxBatch} readings`)
  if (rows.length === 0) return summarise(refused)
  const { actor } = ctx
  const isGateway = actor.kind === 'user' && actor.capacity?.as === 'staff' && actor.capacity.role === 'gateway'
  const outcomes = await ctx.db.ingest.submit({ ctx, access, isGateway, rows })
  return summarise([...refused, ...outcomes])
}
