import type { Query } from '../database/sql.ts'
import { notFound, staleVersion } from '../kernel/errors.ts'
import { caseColumns, type CaseFacts } from './care-case.queries.ts'

/** Holds a case of the patient in place until commit: one that is withdrawn in this moment takes nothing in. */
export async function lockCase(
  sql: Query,
  { hospitalId, patientId, caseId }: { hospitalId: string; patientId: string; caseId: string },
): Promise<void> {
  const cases = await sql({
    text: `select 1 from care_case where id = $1 and patient_id = $2 and hospital_id = $3 and erroneous_at is null
              for share`,
    values: [caseId, patientId, hospitalId],
  })
  if (cases.length === 0) throw notFound('case')
}

/** A case as it was read, locked until commit. One that was a mistake counts as not there. @throws DomainError `stale_version` */
export async function lockVersion(
  sql: Query,
  { caseId, patientId, version }: { caseId: string; patientId: string; version: number },
): Promise<CaseFacts> {
  const [found] = await sql<CaseFacts>({
    text: `select ${caseColumns} from care_case c where c.id = $1 and c.patient_id = $2 and c.erroneous_at is null
              for update`,
    values: [caseId, patientId],
  })
  if (!found) throw notFound('case')
  if (found.version !== version) throw staleVersion('case')
  return found
}
