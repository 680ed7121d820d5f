import { type Page, pageOf } from '../database/page.ts'
import { recordRead } from '../audit/record-read.ts'
import type { Bind } from '../database/sql.ts'
import { permitted, shownAtBedside } from '../consent/permitted.ts'
import type { Ctx } from '../kernel/context.ts'
import { type Access, authorize } from '../policy/authorize.ts'
import type { admissionStatuses } from './admission.entity.ts'

export interface AdmissionRow {
  id: string
  patientId: string
  wardId: string
  wardName: string
  bed: string | null
  status: (typeof admissionStatuses)[number]
  admittedAt: string
  dischargedAt: string | null
}

/** The stays of one patient, newest first. */
export async function listAdmissions(ctx: Ctx, { patientId }: { patientId: string }): Promise<AdmissionRow[]> {
  const access = await authorize(ctx, 'admission.list', { type: 'patient', id: patientId })
  const rows = await ctx.sql<AdmissionRow>({
    text: `select a.id, a.patient_id "patientId", a.ward_id "wardId", w.name "wardName", a.bed, a.status,
                  a.admitted_at "admittedAt", a.discharged_at "dischargedAt"
             from admission a join ward w on w.id = a.ward_id
            where a.patient_id = $1 and ($2::uuid is null or a.hospital_id = $2)
            order by a.admitted_at desc limit 200`,
    values: [patientId, access.hospitalId],
  })
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'admission.list',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  return rows
}

export interface AdmittedPatient {
  patientId: string
  mrn: string
  wardId: string
  bed: string | null
}

/** Who lies where now, by record number: what a bedside gateway needs to address its readings, without names. */
export async function listAdmitted(
  ctx: Ctx,
  { after, limit }: { after: string | null; limit: number },
): Promise<Page<AdmittedPatient>> {
  const access = await authorize(ctx, 'admission.list', { type: 'hospital' })
  const values: unknown[] = [after, limit + 1]
  const bind = (value: unknown) => `$${values.push(value)}`
  const within = withinReach(access, bind)
  const rows = await ctx.sql<AdmittedPatient>({
    name: `admitted_${access.reach}${access.reach === 'self' ? '' : `_${access.viewer.role}_${access.viewer.purpose}`}`,
    text: `select a.patient_id "patientId", r.mrn, a.ward_id "wardId", a.bed
             from admission a join registration r on r.patient_id = a.patient_id and r.hospital_id = a.hospital_id
            where a.status = 'admitted' and ($1::text is null or r.mrn > $1) and ${within}
            order by r.mrn limit $2`,
    values,
  })
  const { items, next } = pageOf(rows, limit, ({ mrn }) => mrn)
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'admission.list',
    resource: { type: 'admission-list', id: null },
    patientIds: items.map(({ patientId }) => patientId),
  })
  return { items, next }
}

function withinReach(access: Access, bind: Bind): string {
  switch (access.reach) {
    case 'self':
      return `a.patient_id = ${bind(access.patientId)}`
    case 'hospital':
      return `a.hospital_id = ${bind(access.hospitalId)} and ${permitted(bind, 'a.patient_id', access.viewer)}`
    case 'care-team':
      // Beds and record numbers, without names: the team knows who lies there.
      return `a.hospital_id = ${bind(access.hospitalId)} and exists (select 1 from care_team_member c
        where c.membership_id = ${bind(access.membershipId)} and c.until is null
          and (c.patient_id = a.patient_id or c.ward_id = a.ward_id))
        and ${shownAtBedside(bind, 'a.patient_id', access.viewer)}`
  }
}
