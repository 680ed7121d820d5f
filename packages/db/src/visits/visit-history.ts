import { recordRead } from '../audit/record-read.ts'
import { type Page, pageOf } from '../database/page.ts'
import type { Ctx } from '../kernel/context.ts'
import type { sexes } from '../patients/patient.entity.ts'
import { authorizeRow } from '../policy/authorize-row.ts'
import { openNote, openRevision, type VisitState } from './visit-content.ts'
import { readVitals, type VisitVitalsReading } from './visit-vitals.ts'

/** What a visit said once. */
export interface VisitVersion extends Omit<VisitState, 'vitals'> {
  version: number
  writtenBy: string
  writtenAt: string
  vitals: VisitVitalsReading | null
  /** For clinicians; null to the patient, whatever was in it. */
  internalNote: string | null
}

interface RevisionRow {
  id: string
  version: number
  contentCipher: Buffer
  writtenBy: string
  writtenAt: string
  sex: (typeof sexes)[number]
  noteId: string | null
  noteCipher: Buffer | null
}

/** What a visit said before it was changed, newest first. What it says now is the visit itself. */
export async function listVisitHistory(
  ctx: Ctx,
  { visitId, after, limit }: { visitId: string; after: number | null; limit: number },
): Promise<Page<VisitVersion>> {
  const visit = { table: 'visit', resource: 'visit', id: visitId } as const
  const { access, patientId } = await authorizeRow(ctx, 'visit.read', visit)
  const rows = await ctx.sql<RevisionRow>({
    text: `select r.id, r.version, r.content_cipher "contentCipher", r.written_by "writtenBy", r.written_at "writtenAt",
                  p.sex, n.id "noteId", n.text_cipher "noteCipher"
             from visit_revision r join patient p on p.id = r.patient_id
             left join lateral (select i.id, i.text_cipher from visit_internal_note i
                                 where i.visit_id = r.visit_id and i.version <= r.version
                                 order by i.version desc limit 1) n on true
            where r.visit_id = $1 and ($2::int is null or r.version < $2) order by r.version desc limit $3`,
    values: [visitId, after, limit + 1],
  })
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'visit.history',
    resource: { type: 'visit', id: visitId },
    patientIds: [patientId],
  })
  const { items, next } = pageOf(rows, limit, ({ version }) => String(version))
  const { keys } = ctx.db
  return {
    items: items.map(({ id, version, contentCipher, writtenBy, writtenAt, sex, noteId, noteCipher }) => {
      const { vitals, ...state } = openRevision(keys, id, contentCipher)
      return {
        version,
        writtenBy,
        writtenAt,
        ...state,
        vitals: vitals === null ? null : readVitals(vitals, sex),
        internalNote: access.reach === 'self' || noteId === null ? null : openNote(keys, noteId, noteCipher),
      }
    }),
    next,
  }
}
