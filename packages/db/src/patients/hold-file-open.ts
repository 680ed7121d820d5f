import type { Query } from '../database/sql.ts'
import { notFound } from '../kernel/errors.ts'

/**
 * Holds a patient's file in place until commit, so that one which is merged or taken out in this moment does not leave behind
 * what is written for it. @throws DomainError `not_found` where the hospital has none
 */
export async function holdFileOpen(
  sql: Query,
  { hospitalId, patientId }: { hospitalId: string; patientId: string },
): Promise<void> {
  const files = await sql({
    text: 'select 1 from registration where hospital_id = $1 and patient_id = $2 and removed_at is null for share',
    values: [hospitalId, patientId],
  })
  if (files.length === 0) throw notFound('patient')
}
