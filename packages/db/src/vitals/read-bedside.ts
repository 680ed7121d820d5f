import { recordRead } from '../audit/record-read.ts'
import { shownAtBedside } from '../consent/permitted.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorize, authorizeStaff } from '../policy/authorize.ts'
import { type Tile, tileColumns, tileJoins, type TileRow, toTile } from './tile.ts'

/** What is known of a patient now; null when the patient is not admitted. */
export async function readLatest(ctx: Ctx, { patientId }: { patientId: string }): Promise<Tile | null> {
  const access = await authorize(ctx, 'vitals.read', { type: 'patient', id: patientId })
  const [row] = await ctx.sql<TileRow>({
    name: 'tile_of_patient',
    text: `select ${tileColumns} from patient_monitor m ${tileJoins}
            where m.patient_id = $1 and m.active and ($2::uuid is null or m.hospital_id = $2)`,
    values: [patientId, access.hospitalId],
  })
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'vitals.latest',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  return row ? toTile(row) : null
}

/** The board of a ward one cares for, bed by bed. */
export async function readWard(ctx: Ctx, { wardId }: { wardId: string }): Promise<Tile[]> {
  const { hospitalId, viewer } = await authorizeStaff(ctx, 'vitals.read', { type: 'ward', id: wardId })
  const values: unknown[] = [hospitalId, wardId]
  const shown = shownAtBedside((value) => `$${values.push(value)}`, 'm.patient_id', viewer)
  const rows = await ctx.sql<TileRow>({
    name: `tiles_of_ward_${viewer.purpose}`,
    text: `select ${tileColumns} from patient_monitor m ${tileJoins}
            where m.hospital_id = $1 and m.ward_id = $2 and m.active and ${shown} order by a.bed, r.mrn`,
    values,
  })
  await recordRead(ctx, {
    hospitalId,
    action: 'vitals.ward',
    resource: { type: 'ward', id: wardId },
    patientIds: rows.map(({ patientId }) => patientId),
  })
  return rows.map(toTile)
}

export interface PatientSummary {
  /** `mrn` is null of whoever has no file with a hospital yet. */
  patient: { id: string; mrn: string | null; givenName: string; familyName: string; birthDate: string; sex: string }
  admission: { id: string; wardId: string; wardName: string; bed: string | null; admittedAt: string } | null
  tile: Tile | null
  readings: number
  alarmsLast24h: number
  openAlarms: number
}

/** One patient at a glance: who, where, the newest values, how much was measured, and what alarmed. */
export async function readSummary(ctx: Ctx, { patientId }: { patientId: string }): Promise<PatientSummary> {
  const access = await authorize(ctx, 'vitals.read', { type: 'patient', id: patientId })
  const tile = await readLatest(ctx, { patientId })
  const [row] = await ctx.sql<{
    patient: PatientSummary['patient']
    admission: PatientSummary['admission']
    readings: number
    alarmsLast24h: number
    openAlarms: number
  }>({
    name: 'vitals_summary',
    text: `select jsonb_build_object('id', p.id, 'mrn', r.mrn, 'givenName', p.given_name, 'familyName', p.family_name,
                    'birthDate', p.birth_date, 'sex', p.sex) patient,
             (select jsonb_build_object('id', a.id, 'wardId', w.id, 'wardName', w.name, 'bed', a.bed,
                       'admittedAt', to_char(a.admitted_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
                from admission a join ward w on w.id = a.ward_id
               where a.patient_id = p.id and a.hospital_id = r.hospital_id and a.status = 'admitted') admission,
             coalesce((select sum(readings)::int from vital_hourly where patient_id in (select merged_records(p.id))), 0) readings,
             (select count(*)::int from alarm where patient_id = p.id and created_at > $3::timestamptz - interval '24 hours') "alarmsLast24h",
             (select count(*)::int from alarm where patient_id = p.id and status <> 'resolved') "openAlarms"
             from patient p left join registration r on r.patient_id = p.id and r.removed_at is null
            where p.id = $1 and ($2::uuid is null or r.hospital_id = $2) order by r.id limit 1`,
    values: [patientId, access.hospitalId, ctx.now()],
  })
  if (!row) throw new Error('Who is authorised is there.')
  return { ...row, tile }
}
