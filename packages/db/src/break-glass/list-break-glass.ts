import { type Page, pageOf } from '../database/page.ts'
import { recordRead } from '../audit/record-read.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import {
  breakGlassColumns,
  breakGlassJoins,
  type BreakGlassRow,
  type StoredBreakGlass,
  toBreakGlassRow,
} from './break-glass-row.ts'
import { authorizeOfficer } from './privacy-officers.ts'

export interface BreakGlassFilter {
  /** `unreviewed`: nobody has judged it; `open`: it still opens the record. */
  state: 'all' | 'open' | 'unreviewed'
  after: string | null
  limit: number
}

const conditions = {
  all: 'true',
  open: 'g.ended_at is null and g.expires_at > $1',
  unreviewed: 'g.outcome is null',
} as const

/** What was opened at the hospital, newest first, for its privacy officers. */
export async function listBreakGlass(
  ctx: Ctx,
  { state, after, limit }: BreakGlassFilter,
): Promise<Page<BreakGlassRow>> {
  const { hospitalId } = await authorizeOfficer(ctx)
  const rows = await ctx.sql<StoredBreakGlass>({
    text: `select ${breakGlassColumns} from break_glass_grant g ${breakGlassJoins}
            where g.hospital_id = $2 and ($3::uuid is null or g.id < $3) and ${conditions[state]}
            order by g.id desc limit $4`,
    values: [ctx.now(), hospitalId, after, limit + 1],
  })
  const { items: page, next } = pageOf(rows, limit, ({ id }) => id)
  const items = page.map((row) => toBreakGlassRow(ctx.db.keys, row))
  await recordRead(ctx, {
    hospitalId,
    action: 'break-glass.list',
    resource: { type: 'break-glass-list', id: null },
    patientIds: [...new Set(items.map(({ patientId }) => patientId))],
  })
  return { items, next }
}

/** What oneself has open now. */
export async function myBreakGlass(ctx: Ctx): Promise<{ id: string; patientId: string; expiresAt: string }[]> {
  const { membershipId } = await authorizeStaff(ctx, 'break-glass.open', { type: 'hospital' })
  return ctx.sql<{ id: string; patientId: string; expiresAt: string }>({
    text: `select id, patient_id "patientId", expires_at "expiresAt" from break_glass_grant
            where membership_id = $1 and ended_at is null and expires_at > $2 order by id`,
    values: [membershipId, ctx.now()],
  })
}
