import type { Database } from '../database/open-database.ts'
import { poolTransaction } from '../database/pool-transaction.ts'
import type { Query } from '../database/sql.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import type { OutboundChannel } from './outbound-message.entity.ts'
import { type MailContent, messagePlace } from './outbound.ts'

export interface Letter {
  /** The same at every attempt. */
  id: string
  address: string
  content: MailContent
}

/** What came of an attempt; `reason` is a word or a number, without any text of the other side. */
export type Attempt = { outcome: 'sent' } | { outcome: 'later' | 'refused'; reason: string }

export type Send = (letter: Letter) => Promise<Attempt>

export interface Sending {
  send: Send
  now: () => Date
  /** Mail unless said otherwise. */
  channel?: OutboundChannel
}

export interface Delivery {
  sent: number
  failed: number
  givenUp: number
}

const mostAttempts = 12
const longestWaitMinutes = 360
/** Nobody waits for older ones; where mail is set up later, what was kept until then is not sent in one go. */
const longestLifeMs = 3 * 86_400_000

/**
 * Sends what is due on one channel, one after the other, on as many processes as like. Each message is held by one of them while it is
 * sent; a process killed between the mail server's answer and ours sends it again, under the same id. What fails is tried
 * again after 1, 2, 4 ... minutes, at most six hours; what is refused for good, tried twelve times, older than three days, or
 * holds a link that has run out or was taken back, is given up.
 */
export async function deliverMessages(
  { pool, keys }: Pick<Database, 'pool' | 'keys'>,
  { send, now, channel = 'mail' }: Sending,
): Promise<Delivery> {
  const done: Delivery = { sent: 0, failed: 0, givenUp: 0 }
  for (;;) {
    const outcome = await poolTransaction(pool, { work: (tx) => deliverNext(tx, keys, { send, now, channel }) })
    if (outcome === null) return done
    done[outcome] += 1
  }
}

interface Waiting {
  id: string
  attempts: number
  addressCipher: Buffer
  bodyCipher: Buffer
  createdAt: string
  isWithdrawn: boolean
}

/** SQL: what message `m` brings opens nothing any more, or its patient no longer agrees to be written to there. */
const isWithdrawn = `m.subject_id is not null and case m.kind
  when 'document' then not exists (
    select 1 from sent_document d join patient p on p.id = d.patient_id
      join registration r on r.patient_id = d.patient_id and r.hospital_id = d.hospital_id and r.removed_at is null
     where d.id = m.subject_id and d.revoked_at is null
       and (m.channel <> 'whatsapp' or p.whatsapp_agreed_at <= m.created_at))
  else not exists (
    select 1 from invitation i where i.id = m.subject_id and i.accepted_at is null and i.revoked_at is null) end`

async function deliverNext(
  sql: Query,
  keys: KeyRing,
  { send, now, channel }: Required<Sending>,
): Promise<keyof Delivery | null> {
  const [waiting] = await sql<Waiting>({
    text: `select m.id, m.attempts, m.address_cipher "addressCipher", m.body_cipher "bodyCipher",
                  m.created_at "createdAt", ${isWithdrawn} "isWithdrawn" from outbound_message m
            where m.sent_at is null and m.given_up_at is null and m.due_at <= $1 and m.channel = $2
            order by m.due_at limit 1 for update of m skip locked`,
    values: [now(), channel],
  })
  if (!waiting) return null
  const { id } = waiting
  const letter = openLetter(keys, waiting)
  const reason = letter === null ? null : whyNot(waiting, letter, now())
  const attempt: Attempt =
    letter === null
      ? { outcome: 'later', reason: 'unreadable' }
      : reason === null
        ? await send(letter).catch((): Attempt => ({ outcome: 'later', reason: 'failed' }))
        : { outcome: 'refused', reason }
  const attempts = waiting.attempts + (reason === null ? 1 : 0)
  if (attempt.outcome === 'sent') {
    await sql({
      text: `update outbound_message set sent_at = $2, attempts = $3, failure = null, body_cipher = null where id = $1`,
      values: [id, now(), attempts],
    })
    return 'sent'
  }
  const isGivenUp = attempt.outcome === 'refused' || attempts >= mostAttempts
  const minutes = Math.min(2 ** (attempts - 1), longestWaitMinutes)
  await sql({
    text: `update outbound_message set attempts = $2, failure = $3, due_at = $4, given_up_at = $5,
                  body_cipher = case when $5::timestamptz is null then body_cipher end where id = $1`,
    values: [id, attempts, attempt.reason, new Date(now().getTime() + minutes * 60_000), isGivenUp ? now() : null],
  })
  return isGivenUp ? 'givenUp' : 'failed'
}

/** Null where no key of the ring opens it: it waits for the right ring, and the others must not wait for it. */
function openLetter(keys: KeyRing, { id, bodyCipher, addressCipher }: Waiting): Letter | null {
  try {
    const content = JSON.parse(keys.decrypt(bodyCipher, messagePlace(id, 'body'))) as MailContent
    return { id, address: keys.decrypt(addressCipher, messagePlace(id, 'address')), content }
  } catch {
    return null
  }
}

function whyNot({ createdAt, isWithdrawn: isTakenBack }: Waiting, { content }: Letter, now: Date): string | null {
  if (isTakenBack) return 'withdrawn'
  const isStale =
    Date.parse(createdAt) < now.getTime() - longestLifeMs ||
    ('expiresAt' in content && Date.parse(content.expiresAt) <= now.getTime())
  return isStale ? 'expired' : null
}
