import type { Bind } from '../database/sql.ts'
import type { StaffRole } from '../policy/actor.ts'
import { type DirectivePurpose, type Purpose, purposeDefaults } from '../policy/purposes.ts'

/** Through whose eyes, and for what, something is looked at: what directives of patients are held against. */
export interface Viewer {
  /** The three of them null for who acts for a patient. */
  hospitalId: string | null
  role: StaffRole | null
  membershipId: string | null
  purpose: Purpose
  at: Date
}

const inForce = (alias: string, at: string) =>
  `${alias}.superseded_at is null and ${alias}.effective_from <= ${at}
   and (${alias}.effective_until is null or ${alias}.effective_until > ${at})`

/** Directives that concern the viewer, as a condition on `consent_directive d`. */
export function concerns(bind: Bind, { hospitalId, role, membershipId, purpose, at }: Viewer): string {
  const own = bind(purpose)
  return `d.purpose in (${own}, ${bind(fallbackOf(purpose))}) and ${inForce('d', bind(at))}
    and (d.recipient_hospital_id is null or d.recipient_hospital_id = ${bind(hospitalId)})
    and (d.recipient_role is null or d.recipient_role = ${bind(role)})
    and (d.recipient_membership_id is null or d.recipient_membership_id = ${bind(membershipId)})`
}

/** The one that decides comes first: the most specific recipient, its own purpose, deny over permit, the newest. */
export function precedence(bind: Bind, { purpose }: Viewer): string {
  return `d.recipient_membership_id is not null desc, d.recipient_role is not null desc,
    d.recipient_hospital_id is not null desc, d.purpose = ${bind(purpose)} desc, d.effect, d.effective_from desc, d.id desc`
}

/**
 * The SQL condition that a patient's directives let the viewer see the record. One look into a partial index that holds
 * active directives alone, which is empty for nearly every patient.
 *
 * @param patient the SQL of the patient's id
 */
export function permitted(bind: Bind, patient: string, viewer: Viewer): string {
  if (isUnbound(viewer)) return 'true'
  const isPermitted = isPermittedByDefault(viewer.purpose)
  // Whoever has directed nothing, nearly everybody, is decided by one probe, without setting up the ordered search.
  const hasDirected = `exists (select 1 from consent_directive any_of
     where any_of.patient_id = ${patient} and any_of.superseded_at is null)`
  return `(${isPermitted ? `not ${hasDirected} or` : `${hasDirected} and`}
    coalesce((select d.effect = 'permit' from consent_directive d
     where d.patient_id = ${patient} and ${concerns(bind, viewer)}
     order by ${precedence(bind, viewer)} limit 1), ${bind(isPermitted)}::boolean))`
}

/**
 * The same for what is shown at the bed: monitor, alarms, the stay. To the treating team of a patient who lies in the
 * hospital it is hidden only from a person whom the patient names, and only while somebody else on the team is left to
 * answer: an alarm is never lost to everybody.
 */
export function shownAtBedside(bind: Bind, patient: string, viewer: Viewer): string {
  const record = permitted(bind, patient, viewer)
  if (isUnbound(viewer) || viewer.purpose !== 'treatment') return record
  const hospital = bind(viewer.hospitalId)
  return `(${record} or exists (select 1 from admission lies where lies.hospital_id = ${hospital}
      and lies.patient_id = ${patient} and lies.status = 'admitted')
    and not exists (select 1 from consent_directive d where d.patient_id = ${patient} and ${shutsOut(bind, viewer)}))`
}

/** A directive that names the viewer, with somebody else there to answer, as a condition on `consent_directive d`. */
export function shutsOut(bind: Bind, { hospitalId, membershipId, at }: Viewer): string {
  const [hospital, self, now] = [bind(hospitalId), bind(membershipId), bind(at)]
  const names = (alias: string, membership: string) => `${alias}.recipient_membership_id = ${membership}
    and ${alias}.purpose = 'treatment' and ${alias}.effect = 'deny' and ${inForce(alias, now)}`
  return `${names('d', self)} and exists (
    select 1 from care_team_member c join membership m on m.id = c.membership_id
     where c.hospital_id = ${hospital} and c.until is null and c.membership_id <> ${self}
       and m.ended_at is null and m.role in ('doctor', 'nurse')
       and (c.patient_id = d.patient_id or c.ward_id = (
         select s.ward_id from admission s
          where s.hospital_id = ${hospital} and s.patient_id = d.patient_id and s.status = 'admitted'))
       and not exists (select 1 from consent_directive o
                        where o.patient_id = d.patient_id and ${names('o', 'c.membership_id')}))`
}

export function isPermittedByDefault(purpose: Purpose): boolean {
  return purpose === 'own' || purposeDefaults[purpose] !== 'deny'
}

/** A gateway feeds readings and sees no names; and nobody's directives bind their own reading. */
function isUnbound({ role, purpose }: Viewer): boolean {
  return role === 'gateway' || purpose === 'own'
}

function fallbackOf(purpose: Purpose): DirectivePurpose | 'own' {
  return purpose !== 'own' && purposeDefaults[purpose] === 'as-treatment' ? 'treatment' : purpose
}
