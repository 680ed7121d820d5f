import { holdsName } from '../database/names.ts'
import { type Page, pageOf } from '../database/page.ts'
import type { Ctx } from '../kernel/context.ts'
import { nobody } from '../kernel/ids.ts'
import { notFound } from '../kernel/errors.ts'
import { ownLogin } from '../identity/own-login.ts'
import { actsForPlatform, authorizeHospital, authorizePlatform } from '../policy/authorize-platform.ts'
import { findHospitals, type HospitalDetails } from './hospital.queries.ts'

export interface HospitalFilter {
  search: string | null
  after: string | null
  limit: number
}

export interface DirectoryFilter extends HospitalFilter {
  city: string | null
  speciality: string | null
}

/** The hospital one acts in; any, for a platform administrator. */
export async function getHospital(ctx: Ctx, { hospitalId }: { hospitalId: string }): Promise<HospitalDetails> {
  const { isPlatform } = await authorizeHospital(
    ctx,
    { staff: 'hospital.read', platform: 'platform.hospital.read' },
    hospitalId,
  )
  const [hospital] = await findHospitals(reader(ctx, isPlatform), 'h.id = $1', [hospitalId])
  if (!hospital) throw notFound('hospital')
  return hospital
}

/** The hospitals one works for, in whatever capacity one acts; all of them, closed ones too, for a platform administrator. */
export async function listOwnHospitals(ctx: Ctx, filter: HospitalFilter): Promise<Page<HospitalDetails>> {
  const isPlatform = actsForPlatform(ctx)
  if (isPlatform) authorizePlatform(ctx, 'platform.hospital.read')
  const own = ownLogin(ctx).capacities.flatMap((held) => (held.as === 'staff' ? [held.hospitalId] : []))
  // The system's own statement: which hospitals these are was decided above, not by the one capacity of the request.
  return page(reader(ctx, true), filter, isPlatform ? [] : [['h.id = any(?)', own]])
}

/** Open hospitals, as anyone with a login may look them up. */
export async function listHospitalDirectory(
  ctx: Ctx,
  { city, speciality, ...filter }: DirectoryFilter,
): Promise<Page<HospitalDetails>> {
  ownLogin(ctx)
  const conditions: [string, unknown][] = []
  if (city !== null) conditions.push(['lower(h.city) = lower(?)', city])
  if (speciality !== null) {
    conditions.push(['exists (select 1 from unnest(h.specialities) s where lower(s) = lower(?))', speciality])
  }
  return page(reader(ctx, true), filter, conditions, 'h.closed_at is null')
}

async function page(
  from: ReturnType<typeof reader>,
  { search, after, limit }: HospitalFilter,
  conditions: [condition: string, value: unknown][],
  fixed = 'true',
): Promise<Page<HospitalDetails>> {
  const values: unknown[] = [after ?? nobody]
  const bind = (value: unknown) => `$${values.push(value)}`
  const clauses = conditions.map(([condition, value]) => condition.replace('?', bind(value)))
  if (search !== null) clauses.push(holdsName('h.name', search, bind))
  const where = [fixed, 'h.id > $1', ...clauses].join(' and ')
  const rows = await findHospitals(from, `${where} order by h.id limit ${bind(limit + 1)}`, values)
  return pageOf(rows, limit, ({ id }) => id)
}

function reader({ sql, db }: Ctx, isSystem: boolean) {
  return { sql: isSystem ? db.sql : sql, keys: db.keys }
}
