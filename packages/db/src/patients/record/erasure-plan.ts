import type { Query } from '../../database/sql.ts'

/**
 * What an erasure does to the rows of each table that holds rows of patients. A test holds this list against the
 * catalogue.
 *
 * - `clinical`: the record of the treatment; deleted, unless the law keeps it a while longer
 * - `deleted`: serves the running of things and goes at once
 * - `kept`: holds ids alone, or is dealt with by name in `erase-patient.ts`
 *
 * Deleted in this order, so that nothing points at what is gone.
 */
export const erasurePlan = {
  patient_monitor: { as: 'deleted' },
  event: { as: 'deleted' },
  invitation: { as: 'deleted' },
  registration_offer: { as: 'deleted' },
  privacy_notice: { as: 'deleted' },
  sent_document: { as: 'deleted' },
  alarm: { as: 'clinical' },
  admission_move: { as: 'clinical', where: 'admission_id in (select id from admission where patient_id = any($2))' },
  device_assignment: { as: 'clinical' },
  threshold: { as: 'clinical' },
  clinical_entry: { as: 'clinical' },
  visit_revision: { as: 'clinical' },
  visit_internal_note: { as: 'clinical' },
  visit: { as: 'clinical' },
  care_case_event: { as: 'clinical' },
  care_case: { as: 'clinical' },
  break_glass_grant: { as: 'clinical' },
  appointment: { as: 'clinical' },
  care_team_member: { as: 'clinical' },
  vital_reading: { as: 'clinical' },
  vital_hourly: { as: 'clinical' },
  admission: { as: 'clinical' },
  consent_directive: { as: 'kept' },
  registration: { as: 'kept' },
  patient: { as: 'kept' },
  patient_access: { as: 'kept' },
  symptom_check: { as: 'kept' },
  patient_merge: { as: 'kept' },
  erasure: { as: 'kept' },
  audit_entry: { as: 'kept' },
} as const satisfies Record<string, { as: 'clinical' | 'deleted' | 'kept'; where?: string }>

export interface ErasedRows {
  table: string
  rows: number
}

interface Ids {
  hospitalId: string
  patientIds: readonly string[]
}

/** Deletes the rows of a hospital's patients in every table of that kind. */
export async function deleteRows(sql: Query, kind: 'clinical' | 'deleted', ids: Ids): Promise<ErasedRows[]> {
  const erased: ErasedRows[] = []
  for (const [table, condition] of tablesOf(kind)) {
    const [row] = await sql<{ rows: number }>({
      text: `with gone as (delete from ${table} where hospital_id = $1 and ${condition} returning 1)
             select count(*) "rows" from gone`,
      values: [ids.hospitalId, ids.patientIds],
    })
    erased.push({ table, rows: row?.rows ?? 0 })
  }
  return erased
}

/** How many clinical rows there are to keep. */
export async function countClinical(sql: Query, ids: Ids): Promise<ErasedRows[]> {
  const kept: ErasedRows[] = []
  for (const [table, condition] of tablesOf('clinical')) {
    const [row] = await sql<{ rows: number }>({
      text: `select count(*) "rows" from ${table} where hospital_id = $1 and ${condition}`,
      values: [ids.hospitalId, ids.patientIds],
    })
    kept.push({ table, rows: row?.rows ?? 0 })
  }
  return kept
}

function tablesOf(kind: 'clinical' | 'deleted'): [table: string, condition: string][] {
  return Object.entries(erasurePlan).flatMap(([table, plan]): [string, string][] =>
    plan.as === kind ? [[table, 'where' in plan ? plan.where : 'patient_id = any($2)']] : [],
  )
}
