import type { Ctx } from '../kernel/context.ts'
import { asIfAbsent, forbidden, notFound } from '../kernel/errors.ts'
import { nobody } from '../kernel/ids.ts'
import { type Access, authorize } from './authorize.ts'
import type { Action } from './permissions.ts'

/** A row of a patient's record, by its id. */
interface RowOfPatient {
  /** A name of ours, never one that was asked for. */
  table: 'visit' | 'care_case'
  /** What it is called to whoever asks. */
  resource: string
  id: string
}

/**
 * Finds a row of a patient's record and asks for leave on its patient; what one may not see is not there. Of a patient
 * whom several hospitals know, staff are shown what their own wrote.
 */
export async function authorizeRow(
  ctx: Ctx,
  action: Action,
  { table, resource, id }: RowOfPatient,
): Promise<{ access: Access; patientId: string; hospitalId: string }> {
  await authorize(ctx, action, { type: 'hospital' })
  const [row] = await ctx.sql<{ patientId: string; hospitalId: string }>({
    name: `policy_row_${table}`,
    text: `select patient_id "patientId", hospital_id "hospitalId" from ${table} where id = $1`,
    values: [id],
  })
  return authorizeFound(ctx, action, { row, resource })
}

/** Leave on the patient of a row that was looked for, whether it was found or not. */
export async function authorizeFound<Row extends { patientId: string | null; hospitalId: string }>(
  ctx: Ctx,
  action: Action,
  { row, resource }: { row: Row | undefined; resource: string },
): Promise<Row & { access: Access }> {
  // Asked for nobody's too: a row that is not there takes as long as one that is somebody else's.
  const access = await authorize(ctx, action, { type: 'patient', id: row?.patientId ?? nobody }).catch(
    asIfAbsent(resource),
  )
  if (!row || (access.hospitalId !== null && access.hospitalId !== row.hospitalId)) throw notFound(resource)
  return { access, ...row }
}

/** The same, for verbs that only staff may call. */
export async function authorizeStaffRow(
  ctx: Ctx,
  action: Action,
  row: RowOfPatient,
): Promise<{ access: Exclude<Access, { reach: 'self' }>; patientId: string; hospitalId: string }> {
  const { access, ...found } = await authorizeRow(ctx, action, row)
  if (access.reach === 'self') throw forbidden()
  return { access, ...found }
}
