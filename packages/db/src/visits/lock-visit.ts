import type { Query } from '../database/sql.ts'
import { invalid, notFound, staleVersion } from '../kernel/errors.ts'
import type { StoredState, VisitState } from './visit-content.ts'

/** Clocks of clients run ahead a little. */
const toleratedMs = 60_000

/** A visit has begun, and its follow-up is not before it, by the days of the hospital. @throws DomainError `invalid` */
export async function assertTimely(
  sql: Query,
  { hospitalId, state, now }: { hospitalId: string; state: VisitState; now: Date },
): Promise<void> {
  const { beganAt, followUp } = state
  if (Date.parse(beganAt) > now.getTime() + toleratedMs)
    throw invalid('beganAt', 'an instant that is not in the future')
  if (followUp === null) return
  const [began] = await sql<{ isLater: boolean }>({
    text: `select $3::date >= ($2::timestamptz at time zone time_zone)::date "isLater" from hospital where id = $1`,
    values: [hospitalId, beganAt, followUp.on],
  })
  if (began?.isLater !== true) throw invalid('followUp.on', 'a day that is not before the visit')
}

export interface LockedVisit extends StoredState {
  caseId: string | null
  version: number
  recordedBy: string
  recordedAt: string
  changedBy: string | null
  changedAt: string | null
}

/** A visit as it was read, locked until commit. One that was a mistake counts as not there. @throws DomainError `stale_version` */
export async function lockVisit(
  sql: Query,
  { visitId, patientId, version }: { visitId: string; patientId: string; version: number },
): Promise<LockedVisit> {
  const [visit] = await sql<LockedVisit>({
    text: `select id, kind, began_at "beganAt", case_id "caseId", content_cipher "contentCipher",
                  follow_up_on "followUpOn", follow_up_at "followUpAt", version, recorded_by "recordedBy",
                  recorded_at "recordedAt", changed_by "changedBy", changed_at "changedAt"
             from visit where id = $1 and patient_id = $2 and erroneous_at is null for update`,
    values: [visitId, patientId],
  })
  if (!visit) throw notFound('visit')
  if (visit.version !== version) throw staleVersion('visit')
  return visit
}
