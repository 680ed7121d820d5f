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

/**
 * Holds a patient's files wherever they are, or there being none, against a merge and an erasure in this moment: for what is
 * the patient's own, and of no one hospital. @throws DomainError `not_found` for who was merged into another, or erased
 */
export async function holdPerson(sql: Query, patientId: string): Promise<void> {
  await sql({ text: 'select 1 from registration where patient_id = $1 for share', values: [patientId] })
  // A statement of its own, which sees what the first one may have waited for.
  const people = await sql({
    text: `select 1 where surviving_record($1) = $1
              and (not exists (select 1 from erasure where patient_id = $1)
                or exists (select 1 from registration where patient_id = $1 and removed_at is null))`,
    values: [patientId],
  })
  if (people.length === 0) throw notFound('patient')
}
