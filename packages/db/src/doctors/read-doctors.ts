import { holdsName } from '../database/names.ts'
import { type Page, pageOf } from '../database/page.ts'
import type { Query } from '../database/sql.ts'
import type { Ctx } from '../kernel/context.ts'
import { nobody } from '../kernel/ids.ts'
import { notFound } from '../kernel/errors.ts'
import { ownLogin } from '../identity/own-login.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import {
  detailColumns,
  type DoctorDetailRow,
  doctorDetails,
  type DoctorDetails,
  doctorJoins,
  type DoctorSummary,
  isPractising,
  summaryColumns,
} from './doctor.queries.ts'
import { isOnlineAt } from './presence.ts'

export interface DoctorFilter {
  search: string | null
  speciality: string | null
  departmentId: string | null
  available: boolean | null
  online: boolean | null
  after: string | null
  limit: number
}

/** A doctor as patients see one: no licence, no contacts. */
export interface ListedDoctor extends DoctorSummary {
  hospitalId: string
  hospital: string
}

/** The whole profile of a doctor of the hospital one acts in. */
export async function getDoctor(ctx: Ctx, { membershipId }: { membershipId: string }): Promise<DoctorDetails> {
  const { hospitalId } = await authorizeStaff(ctx, 'doctor.read', { type: 'hospital' })
  return findDoctor(ctx, { hospitalId, membershipId })
}

/** One's own profile as a doctor. */
export async function getOwnDoctor(ctx: Ctx): Promise<DoctorDetails> {
  return findDoctor(ctx, await authorizeStaff(ctx, 'doctor.update-own', { type: 'hospital' }))
}

/** The doctors of the hospital one acts in. */
export async function listDoctors(ctx: Ctx, filter: DoctorFilter): Promise<Page<DoctorSummary>> {
  const { hospitalId } = await authorizeStaff(ctx, 'doctor.read', { type: 'hospital' })
  return page<DoctorSummary>(ctx.sql, {
    now: ctx.now(),
    filter,
    hospitalId,
    columns: summaryColumns,
    joins: doctorJoins,
  })
}

/** The doctors of all hospitals, or of one, as anyone with a login may look them up. */
export async function listDoctorDirectory(
  ctx: Ctx,
  { hospitalId, ...filter }: Omit<DoctorFilter, 'departmentId'> & { hospitalId: string | null },
): Promise<Page<ListedDoctor>> {
  ownLogin(ctx)
  // The system's own statement: it discloses what hospitals publish, and no capacity reaches beyond its own.
  return page<ListedDoctor>(ctx.db.sql, {
    now: ctx.now(),
    filter: { ...filter, departmentId: null },
    hospitalId,
    ...listed,
  })
}

export async function getListedDoctor(ctx: Ctx, { membershipId }: { membershipId: string }): Promise<ListedDoctor> {
  ownLogin(ctx)
  const [doctor] = await ctx.db.sql<ListedDoctor>({
    text: `select ${listed.columns} ${listed.joins} where m.id = $2 and ${isPractising}`,
    values: [ctx.now(), membershipId],
  })
  if (!doctor) throw notFound('doctor')
  return doctor
}

/** Where a doctor practises, and since when: the membership named and the others of the same person. */
export async function listDoctorHospitals(
  ctx: Ctx,
  { membershipId }: { membershipId: string },
): Promise<{ membershipId: string; hospitalId: string; hospital: string; since: string }[]> {
  ownLogin(ctx)
  const rows = await ctx.db.sql<{ membershipId: string; hospitalId: string; hospital: string; since: string }>({
    text: `select m.id "membershipId", h.id "hospitalId", h.name hospital, m.created_at since
             from membership m join app_user u on u.id = m.user_id join hospital h on h.id = m.hospital_id
            where ${isPractising}
              and m.user_id = (select n.user_id from membership n
                                where n.id = $1 and n.role = 'doctor' and n.ended_at is null)
            order by m.id`,
    values: [membershipId],
  })
  if (rows.length === 0) throw notFound('doctor')
  return rows
}

const listed = {
  columns: `${summaryColumns}, h.id "hospitalId", h.name hospital`,
  joins: `${doctorJoins} join hospital h on h.id = m.hospital_id`,
}

async function findDoctor(
  ctx: Ctx,
  { hospitalId, membershipId }: { hospitalId: string; membershipId: string },
): Promise<DoctorDetails> {
  const [row] = await ctx.sql<DoctorDetailRow>({
    text: `select ${detailColumns} ${doctorJoins} where m.id = $2 and m.hospital_id = $3 and ${isPractising}`,
    values: [ctx.now(), membershipId, hospitalId],
  })
  if (!row) throw notFound('doctor')
  return doctorDetails(ctx.db.keys, row)
}

interface Listing {
  now: Date
  filter: DoctorFilter
  hospitalId: string | null
  columns: string
  joins: string
}

async function page<Row extends DoctorSummary>(
  sql: Query,
  { now, filter, hospitalId, columns, joins }: Listing,
): Promise<Page<Row>> {
  const { search, speciality, departmentId, available, online, after, limit } = filter
  const values: unknown[] = [now, after ?? nobody, limit + 1]
  const bind = (value: unknown) => `$${values.push(value)}`
  const conditions = [isPractising, 'm.id > $2']
  if (hospitalId !== null) conditions.push(`m.hospital_id = ${bind(hospitalId)}`)
  if (search !== null) conditions.push(holdsName('u.name', search, bind))
  if (speciality !== null) {
    conditions.push(`exists (select 1 from unnest(d.specialities) s where lower(s) = lower(${bind(speciality)}))`)
  }
  if (departmentId !== null) conditions.push(`m.department_id = ${bind(departmentId)}`)
  if (available !== null) conditions.push(`d.is_available = ${bind(available)}`)
  if (online !== null) conditions.push(`coalesce(${isOnlineAt('$1')}, false) = ${bind(online)}`)
  const rows = await sql<Row>({
    text: `select ${columns} ${joins} where ${conditions.join(' and ')} order by m.id limit $3`,
    values,
  })
  return pageOf(rows, limit, ({ membershipId }) => membershipId)
}
