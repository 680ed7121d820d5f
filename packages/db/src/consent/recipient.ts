import type { Query } from '../database/sql.ts'
import { notFound } from '../kernel/errors.ts'
import type { StaffRole } from '../policy/actor.ts'

/** Roles of people: a gateway reads no record and is nobody's recipient. */
export type RecipientRole = Exclude<StaffRole, 'gateway'>

/** To whom a directive speaks, from the widest to the most specific. */
export type Recipient =
  | { kind: 'everybody' }
  | { kind: 'hospital'; hospitalId: string }
  | { kind: 'role'; hospitalId: string; role: RecipientRole }
  | { kind: 'membership'; membershipId: string }

export interface RecipientColumns {
  recipientHospitalId: string | null
  recipientRole: RecipientRole | null
  recipientMembershipId: string | null
}

/**
 * A recipient as it is stored.
 *
 * @param hospitalId of staff: the only hospital whose people they may name
 * @throws DomainError `not_found` for a hospital or a membership that is none, or none of that hospital
 */
export async function findRecipient(
  sql: Query,
  recipient: Recipient,
  { hospitalId: within }: { hospitalId: string | null },
): Promise<RecipientColumns> {
  switch (recipient.kind) {
    case 'everybody':
      return { recipientHospitalId: null, recipientRole: null, recipientMembershipId: null }
    case 'hospital':
    case 'role': {
      const { hospitalId } = recipient
      const known = await sql({ text: 'select 1 from hospital where id = $1', values: [hospitalId] })
      if (known.length === 0) throw notFound('hospital')
      const recipientRole = recipient.kind === 'role' ? recipient.role : null
      return { recipientHospitalId: hospitalId, recipientRole, recipientMembershipId: null }
    }
    case 'membership': {
      const { membershipId } = recipient
      const [member] = await sql<{ hospitalId: string }>({
        text: `select hospital_id "hospitalId" from membership
                where id = $1 and ended_at is null and role <> 'gateway' and ($2::uuid is null or hospital_id = $2)`,
        values: [membershipId, within],
      })
      if (!member) throw notFound('membership')
      return { recipientHospitalId: member.hospitalId, recipientRole: null, recipientMembershipId: membershipId }
    }
  }
}

export function recipientOf({
  recipientHospitalId,
  recipientRole,
  recipientMembershipId,
}: RecipientColumns): Recipient {
  if (recipientMembershipId !== null) return { kind: 'membership', membershipId: recipientMembershipId }
  if (recipientHospitalId === null) return { kind: 'everybody' }
  return recipientRole === null
    ? { kind: 'hospital', hospitalId: recipientHospitalId }
    : { kind: 'role', hospitalId: recipientHospitalId, role: recipientRole }
}
