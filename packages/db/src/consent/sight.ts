import type { Query } from '../database/sql.ts'
import { concerns, isPermittedByDefault, precedence, shutsOut, type Viewer } from './permitted.ts'

/** Whom a running stream may show: all but these, or these alone. */
export interface Sight {
  shows: (patientId: string) => boolean
  /** Equal texts, equal sight. */
  key: string
}

/**
 * What `shownAtBedside` says of each patient, as a set for streams that look many times a second. Only directives that
 * concern the viewer are read, so it is empty for nearly everybody.
 */
export async function sightOf(sql: Query, viewer: Viewer): Promise<Sight> {
  const values: unknown[] = []
  const bind = (value: unknown) => `$${values.push(value)}`
  const isTreatment = viewer.purpose === 'treatment'
  const standard = isPermittedByDefault(viewer.purpose)
  const text = isTreatment
    ? `select d.patient_id "patientId" from consent_directive d where ${shutsOut(bind, viewer)} order by 1`
    : `select "patientId" from (
         select distinct on (d.patient_id) d.patient_id "patientId", d.effect = 'permit' "isPermitted"
           from consent_directive d where ${concerns(bind, viewer)}
          order by d.patient_id, ${precedence(bind, viewer)}) decided
        where "isPermitted" <> ${bind(standard)}::boolean order by 1`
  const rows = await sql<{ patientId: string }>({
    name: isTreatment ? 'consent_sight' : 'consent_sight_purpose',
    text,
    values,
  })
  const exceptions = new Set(rows.map(({ patientId }) => patientId))
  return { shows: (patientId) => exceptions.has(patientId) !== standard, key: [...exceptions].join() }
}
