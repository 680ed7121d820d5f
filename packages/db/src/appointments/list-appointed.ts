import { recordRead } from '../audit/record-read.ts'
import { permitted } from '../consent/permitted.ts'
import { type Page, pageOf } from '../database/page.ts'
import type { Ctx } from '../kernel/context.ts'
import { nobody } from '../kernel/ids.ts'
import { assertDoctor } from '../doctors/doctor.queries.ts'
import { caredFor } from '../patients/patient.queries.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { assertOwnCalendar } from './authorize-appointment.ts'

interface AppointedRow {
  patientId: string
  mrn: string
  givenName: string
  familyName: string
  /** How many, without those cancelled or missed. */
  appointments: number
  /** When the patient comes next, and came last. */
  nextAt: string | null
  lastAt: string | null
}

/** The patients who have an appointment with a doctor, or had one: one's own, or any doctor's to the desk. */
export async function listAppointed(
  ctx: Ctx,
  { membershipId, after, limit }: { membershipId: string; after: string | null; limit: number },
): Promise<Page<AppointedRow>> {
  const access = await authorizeStaff(ctx, 'appointment.read', { type: 'hospital' })
  const { hospitalId } = access
  assertOwnCalendar(access, membershipId)
  await assertDoctor(ctx.sql, { membershipId, hospitalId })
  const values: unknown[] = [hospitalId, membershipId, after ?? nobody, limit + 1, ctx.now()]
  const bind = (value: unknown) => `$${values.push(value)}`
  const within = access.reach === 'care-team' ? `r.patient_id in (${caredFor('$2')}) and` : ''
  const rows = await ctx.sql<AppointedRow>({
    text: `select p.id "patientId", r.mrn, p.given_name "givenName", p.family_name "familyName",
                  count(*)::int appointments,
                  min(a.starts_at) filter (where a.starts_at >= $5 and a.status in ('scheduled', 'confirmed')) "nextAt",
                  max(a.starts_at) filter (where a.status in ('in_progress', 'completed')) "lastAt"
             from appointment a
             join registration r on r.patient_id = a.patient_id and r.hospital_id = a.hospital_id and r.removed_at is null
             join patient p on p.id = r.patient_id
            where a.hospital_id = $1 and a.membership_id = $2 and a.status not in ('cancelled', 'no_show')
              and r.patient_id > $3 and ${within} ${permitted(bind, 'r.patient_id', access.viewer)}
            group by p.id, r.id order by p.id limit $4`,
    values,
  })
  const { items, next } = pageOf(rows, limit, ({ patientId }) => patientId)
  await recordRead(ctx, {
    hospitalId,
    action: 'doctor.appointed',
    resource: { type: 'membership', id: membershipId },
    patientIds: items.map(({ patientId }) => patientId),
  })
  return { items, next }
}
