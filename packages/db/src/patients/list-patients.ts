import { type Page, pageOf } from '../database/page.ts'
import { recordRead } from '../audit/record-read.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorize } from '../policy/authorize.ts'
import { normaliseEmail } from '../identity/email.ts'
import { type PatientListFilter, type PatientRow, patientListStatement } from './patient.queries.ts'
import { normalisePhone } from './phone.ts'

export interface PatientSearch {
  wardId: string | null
  after: string | null
  limit: number
  /** Part of a name, or one that is spelt nearly so. */
  name?: string | undefined
  birthDate?: string | undefined
  /** Exactly, also that of a file which was merged into another. */
  mrn?: string | undefined
  phone?: string | undefined
  email?: string | undefined
}

/**
 * The patients within one's reach, narrowed by whatever is given: one's own, those one cares for, or the hospital's.
 * Numbers and addresses are found by their blind index. What is only on a file that was merged leads to the surviving one.
 */
export async function listPatients(ctx: Ctx, search: PatientSearch): Promise<Page<PatientRow>> {
  const access = await authorize(ctx, 'patient.list', { type: 'hospital' })
  const { wardId, after, limit, name, birthDate, mrn } = search
  const { keys } = ctx.db
  const filter: PatientListFilter = {
    wardId,
    after,
    // One more than asked for tells whether there is a next page.
    limit: limit + 1,
    name,
    birthDate,
    mrn,
    phoneIndex: search.phone === undefined ? undefined : keys.blindIndex('phone', normalisePhone(search.phone)),
    emailIndex: search.email === undefined ? undefined : keys.blindIndex('email', normaliseEmail(search.email)),
  }
  const rows = await ctx.sql<PatientRow>(patientListStatement(access, filter))
  const { items, next } = pageOf(rows, limit, ({ cursor }) => cursor)
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'patient.list',
    resource: { type: 'patient-list', id: null },
    patientIds: items.map(({ id }) => id),
  })
  return { items, next }
}
