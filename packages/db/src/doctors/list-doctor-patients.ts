import { type Page, pageOf } from '../database/page.ts'
import { recordRead } from '../audit/record-read.ts'
import { permitted } from '../consent/permitted.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { nobody } from '../kernel/ids.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { assertDoctor } from './doctor.queries.ts'

export interface DoctorPatientRow {
  /** The relation; end it with the care team's own verb. */
  id: string
  patientId: string
  mrn: string
  givenName: string
  familyName: string
  since: string
  /** Who put the doctor on the team. */
  grantedBy: string | null
}

/** The patients whose own care team a doctor is on; those of a ward come with the ward. One's own, or any to administrators. */
export async function listDoctorPatients(
  ctx: Ctx,
  { membershipId, after, limit }: { membershipId: string; after: string | null; limit: number },
): Promise<Page<DoctorPatientRow>> {
  const access = await authorizeStaff(ctx, 'care-team.read', { type: 'hospital' })
  const { hospitalId } = access
  if (access.reach === 'care-team' && access.membershipId !== membershipId) throw notFound('doctor')
  await assertDoctor(ctx.sql, { membershipId, hospitalId })
  const values: unknown[] = [hospitalId, membershipId, after ?? nobody, limit + 1]
  const shown = permitted((value) => `$${values.push(value)}`, 'c.patient_id', access.viewer)
  const rows = await ctx.sql<DoctorPatientRow>({
    text: `select c.id, p.id "patientId", r.mrn, p.given_name "givenName", p.family_name "familyName", c.since,
                  g.name "grantedBy"
             from care_team_member c
             join registration r on r.patient_id = c.patient_id and r.hospital_id = c.hospital_id and r.removed_at is null
             join patient p on p.id = c.patient_id
             left join app_user g on c.granted_by = 'user:' || g.id
            where c.hospital_id = $1 and c.membership_id = $2 and c.until is null and c.id > $3 and ${shown}
            order by c.id limit $4`,
    values,
  })
  const { items, next } = pageOf(rows, limit, ({ id }) => id)
  await recordRead(ctx, {
    hospitalId,
    action: 'doctor.patients',
    resource: { type: 'membership', id: membershipId },
    patientIds: items.map(({ patientId }) => patientId),
  })
  return { items, next }
}
