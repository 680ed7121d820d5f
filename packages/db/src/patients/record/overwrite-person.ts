import type { Query } from '../../database/sql.ts'
import type { Transaction } from '../../database/transact.ts'
import type { KeyRing } from '../../encryption/key-ring.ts'

/** What stands where a name stood. */
const erasedName = 'Erased'

/**
 * Overwrites who the patient was. While clinical records are kept, sex and year of birth stay, without which they cannot be
 * read, and so does the encrypted history.
 */
export async function overwritePerson(
  sql: Query,
  { patientIds, isRetained }: { patientIds: readonly string[]; isRetained: boolean },
): Promise<void> {
  const clinical = isRetained
    ? ''
    : `, sex = 'unknown', history_cipher = null, prior_care_cipher = null, blood_group = null, height_cm = null, weight_kg = null`
  await sql({
    text: `update patient set given_name = $2, family_name = $2, birth_date = date_trunc('year', birth_date)::date,
                  phone_cipher = null, phone_index = null, email_cipher = null, email_index = null, address_cipher = null,
                  emergency_contact_cipher = null, whatsapp_agreed_at = null, whatsapp_agreed_by = null, version = version + 1 ${clinical}
            where id = any($1)`,
    values: [patientIds, erasedName],
  })
}

/** Until when a hospital that erased its file of the person before keeps the clinical record; null: none does. */
export async function retainedElsewhere(sql: Query, patientIds: readonly string[]): Promise<string | null> {
  const [row] = await sql<{ until: string | Date | null }>({
    text: 'select max(retain_until) until from erasure where patient_id = any($1) and purged_at is null',
    values: [patientIds],
  })
  return row?.until ? new Date(row.until).toISOString() : null
}

/**
 * What is the patient's own and no record of a treatment: what they asked of their complaints, and every way in that is
 * still open, whichever hospital's.
 */
export async function deleteOwn(sql: Query, patientIds: readonly string[]): Promise<{ table: string; rows: number }[]> {
  await forgetMessages(sql, { hospitalId: null, patientIds })
  const deleted: { table: string; rows: number }[] = []
  for (const table of ['symptom_check', 'invitation', 'registration_offer']) {
    const rows = await sql({
      text: `delete from ${table} where patient_id = any($1) returning 1`,
      values: [patientIds],
    })
    deleted.push({ table, rows: rows.length })
  }
  return deleted
}

/**
 * Messages to the patient and to whom they invited: number and address stand in them, and what waits would still be sent.
 * Of one hospital, or (null) of all. Before what they bring is gone.
 */
export async function forgetMessages(
  sql: Query,
  { hospitalId, patientIds }: { hospitalId: string | null; patientIds: readonly string[] },
): Promise<void> {
  await sql({
    text: `delete from outbound_message where subject_id in (
             select id from sent_document where patient_id = any($2) and ($1::uuid is null or hospital_id = $1)
             union all select id from invitation where patient_id = any($2) and ($1::uuid is null or hospital_id = $1))`,
    values: [hospitalId, patientIds],
  })
}

/** Of merges that a hospital made only the ids stay: why is told in words, and names whom it was about. */
export async function forgetMerges(
  sql: Query,
  keys: KeyRing,
  { hospitalId, patientIds }: { hospitalId: string; patientIds: readonly string[] },
): Promise<number> {
  const merges = await sql<{ id: string }>({
    text: `select id from patient_merge where hospital_id = $1 and (patient_id = any($2) or merged_id = any($2))`,
    values: [hospitalId, patientIds],
  })
  for (const { id } of merges) {
    const reason = keys.encrypt(erasedName, { table: 'patient_merge', column: 'reason', id })
    await sql({
      text: 'update patient_merge set reason_cipher = $2, undo_reason_cipher = null where id = $1',
      values: [id, reason],
    })
  }
  return merges.length
}

/**
 * Ends every login's leave to act for the patient. A login that was the patient's own and served nothing else is overwritten
 * as well: it bears the patient's name and address.
 */
export async function closeLogins(
  tx: Transaction,
  { patientIds, at }: { patientIds: readonly string[]; at: Date },
): Promise<{ access: number; users: number }> {
  const ended = await tx.sql({
    text: 'update patient_access set revoked_at = $2 where patient_id = any($1) and revoked_at is null returning 1',
    values: [patientIds, at],
  })
  const users = await tx.sql<{ id: string }>({
    text: `update app_user u set name = $3, email_cipher = null, email_index = null, password_hash = null,
                  disabled_at = coalesce(u.disabled_at, $2)
            where exists (select 1 from patient_access a
                           where a.user_id = u.id and a.patient_id = any($1) and a.relation = 'self')
              and not exists (select 1 from patient_access a where a.user_id = u.id and a.revoked_at is null)
              and not exists (select 1 from membership m where m.user_id = u.id)
              and not exists (select 1 from platform_admin o where o.user_id = u.id)
          returning u.id`,
    values: [patientIds, at, erasedName],
  })
  for (const { id: userId } of users) {
    await forgetLogin(tx, userId)
    tx.publish({ type: 'session-ended', userId })
  }
  return { access: ended.length, users: users.length }
}

const leftByLogin = [
  'session',
  'sign_in_ticket',
  'passkey',
  'totp_factor',
  'recovery_code',
  'password_reset',
  'address_confirmation',
  'security_notice',
  'outbound_message',
]

/** What a login leaves besides its row: names of passkeys, clients it signed in from, messages to its address. */
async function forgetLogin(tx: Transaction, userId: string): Promise<void> {
  for (const table of leftByLogin) {
    await tx.sql({ text: `delete from ${table} where user_id = $1`, values: [userId] })
  }
}
