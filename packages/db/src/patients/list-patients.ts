import { recordRead } from '../audit/record-read.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorize } from '../policy/authorize.ts'
import { type PatientListFilter, type PatientRow, patientListStatement } from './patient.queries.ts'

export interface PatientPage {
  items: PatientRow[]
  /** Give it back as `after` for the next page; null on the last one. */
  next: string | null
}

/** The patients within one's reach: one's own, those one cares for, or the hospital's. */
export async function listPatients(ctx: Ctx, filter: PatientListFilter): Promise<PatientPage> {
  const access = await authorize(ctx, 'patient.list', { type: 'hospital' })
  // One more than asked for tells whether there is a next page.
  const rows = await ctx.sql<PatientRow>(patientListStatement(access, { ...filter, limit: filter.limit + 1 }))
  const items = rows.slice(0, filter.limit)
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'patient.list',
    resource: { type: 'patient-list', id: null },
    patientIds: items.map(({ id }) => id),
  })
  return { items, next: rows.length > filter.limit ? (items.at(-1)?.cursor ?? null) : null }
}
