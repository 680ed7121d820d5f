import { holdsName } from '../database/names.ts'
import { type Page, pageOf } from '../database/page.ts'
import type { Ctx } from '../kernel/context.ts'
import { nobody } from '../kernel/ids.ts'
import type { StaffRole } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'

export interface StaffRow {
  membershipId: string
  name: string
  role: StaffRole
  departmentId: string | null
  department: string | null
  since: string
  /** Who invited or installed them; null for the administrator who signed the hospital up. */
  grantedBy: string | null
}

export interface StaffFilter {
  search: string | null
  role: StaffRole | null
  departmentId: string | null
  after: string | null
  limit: number
}

/** Who works at the hospital one acts in, longest first; programs included. */
export async function listStaff(
  ctx: Ctx,
  { search, role, departmentId, after, limit }: StaffFilter,
): Promise<Page<StaffRow>> {
  const { hospitalId } = await authorizeStaff(ctx, 'staff.list', { type: 'hospital' })
  const values: unknown[] = [hospitalId, after ?? nobody, limit + 1]
  const bind = (value: unknown) => `$${values.push(value)}`
  const narrowed = [
    ...(search === null ? [] : [holdsName('u.name', search, bind)]),
    ...(role === null ? [] : [`m.role = ${bind(role)}`]),
    ...(departmentId === null ? [] : [`m.department_id = ${bind(departmentId)}`]),
  ]
  const rows = await ctx.sql<StaffRow>({
    text: `select m.id "membershipId", u.name, m.role, m.department_id "departmentId", d.name department,
                  m.created_at since, g.name "grantedBy"
             from membership m join app_user u on u.id = m.user_id
             left join department d on d.id = m.department_id
             left join invitation i on m.granted_by = 'invitation:' || i.id
             left join app_user g on g.id::text = coalesce(i.invited_by, m.granted_by)
            where ${['m.hospital_id = $1', 'm.ended_at is null', 'm.id > $2', ...narrowed].join(' and ')}
            order by m.id limit $3`,
    values,
  })
  return pageOf(rows, limit, ({ membershipId }) => membershipId)
}
