import type { Database } from '../database/open-database.ts'
import { purgeErased } from '../patients/record/purge-erased.ts'

/**
 * Idempotency keys are kept for a day, events for the week that a stream may be away; sessions end when they said;
 * records of erased files when the law lets them go.
 */
export async function deleteExpired(db: Database, now: Date): Promise<void> {
  await db.sessions.deleteExpired()
  await db.sql({
    text: `delete from idempotency_key where created_at < $1::timestamptz - interval '24 hours'`,
    values: [now],
  })
  await db.sql({
    text: `delete from reading_batch where stored_at < $1::timestamptz - interval '7 days'`,
    values: [now],
  })
  await db.sql({ text: `delete from event where at < $1::timestamptz - interval '7 days'`, values: [now] })
  await db.sql({
    text: `delete from sign_in_throttle where last_failure_at < $1::timestamptz - interval '2 days'`,
    values: [now],
  })
  await db.sql({ text: 'delete from sign_in_ticket where expires_at < $1', values: [now] })
  await db.sql({ text: 'delete from address_confirmation where expires_at <= $1', values: [now] })
  await db.sql({ text: 'delete from passkey_challenge where expires_at < $1', values: [now] })
  await db.sql({
    text: `delete from totp_factor where confirmed_at is null and created_at < $1::timestamptz - interval '1 day'`,
    values: [now],
  })
  await db.sql({
    text: `delete from password_reset where expires_at < $1::timestamptz - interval '7 days'`,
    values: [now],
  })
  await db.sql({
    text: `delete from registration_offer where used_at is null and expires_at < $1::timestamptz - interval '7 days'`,
    values: [now],
  })
  // That a document was sent stays on record; the document itself only for as long as its link opens it.
  await db.sql({
    text: `update sent_document set content = null
            where content is not null and (expires_at <= $1 or revoked_at is not null or uses >= most_uses)`,
    values: [now],
  })
  // A link in it opens nothing any more; what nobody sent in a month, nobody waits for.
  await db.sql({
    text: `delete from outbound_message where created_at < $1::timestamptz - interval '30 days'`,
    values: [now],
  })
  await db.sql({ text: 'delete from attempt_count where window_ends_at < $1', values: [now] })
  await purgeErased(db, now)
}
