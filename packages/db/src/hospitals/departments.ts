import { violatedConstraint } from '../database/sql-state.ts'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { Department } from './hospital.entity.ts'

export interface DepartmentRow {
  id: string
  name: string
  since: string
  staff: number
}

/** The departments of the hospital one acts in, by name, and how many work there. */
export async function listDepartments(ctx: Ctx): Promise<DepartmentRow[]> {
  const { hospitalId } = await authorizeStaff(ctx, 'hospital.read', { type: 'hospital' })
  return ctx.sql<DepartmentRow>({
    text: `select d.id, d.name, d.created_at since,
                  (select count(*)::int from membership m where m.department_id = d.id and m.ended_at is null) staff
             from department d where d.hospital_id = $1 and d.closed_at is null order by lower(d.name), d.id`,
    values: [hospitalId],
  })
}

/** @throws DomainError `conflict` for a name in use, however it is capitalised */
export async function createDepartment(ctx: Ctx, { name }: { name: string }): Promise<{ id: string; name: string }> {
  const { hospitalId } = await authorizeStaff(ctx, 'department.manage', { type: 'hospital' })
  return transact(ctx, async (tx) => {
    const id = ctx.newId()
    tx.em.create(Department, { id, hospitalId, name, createdAt: ctx.now(), closedAt: null })
    await tx.em.flush().catch(refuseTakenName)
    tx.audit({ hospitalId, action: 'department.create', resource: { type: 'department', id }, patientIds: [] })
    return { id, name }
  })
}

export async function renameDepartment(
  ctx: Ctx,
  { departmentId, name }: { departmentId: string; name: string },
): Promise<{ id: string; name: string }> {
  const { hospitalId } = await authorizeStaff(ctx, 'department.manage', { type: 'hospital' })
  return transact(ctx, async (tx) => {
    const renamed = await tx
      .sql({
        text: `update department set name = $3 where id = $1 and hospital_id = $2 and closed_at is null returning id`,
        values: [departmentId, hospitalId, name],
      })
      .catch(refuseTakenName)
    if (renamed.length === 0) throw notFound('department')
    tx.audit({
      hospitalId,
      action: 'department.rename',
      resource: { type: 'department', id: departmentId },
      patientIds: [],
      changed: ['name'],
    })
    return { id: departmentId, name }
  })
}

/** Closes a department; who worked there belongs to none from now on. */
export async function closeDepartment(ctx: Ctx, { departmentId }: { departmentId: string }): Promise<{ closed: true }> {
  const { hospitalId } = await authorizeStaff(ctx, 'department.manage', { type: 'hospital' })
  return transact(ctx, async (tx) => {
    const closed = await tx.sql({
      text: `update department set closed_at = $3 where id = $1 and hospital_id = $2 and closed_at is null returning id`,
      values: [departmentId, hospitalId, ctx.now()],
    })
    if (closed.length === 0) throw notFound('department')
    const left = await tx.sql({
      text: 'update membership set department_id = null where department_id = $1 returning id',
      values: [departmentId],
    })
    tx.audit({
      hospitalId,
      action: 'department.close',
      resource: { type: 'department', id: departmentId },
      patientIds: [],
      detail: { staff: left.length },
    })
    return { closed: true as const }
  })
}

function refuseTakenName(error: unknown): never {
  if (violatedConstraint(error) === 'department_name_uq') {
    throw new DomainError('conflict', 'The hospital has a department of this name.', { field: 'name' })
  }
  throw error
}
