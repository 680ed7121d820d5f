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
 * holds a link that has run out, is given up.
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
}

async function deliverNext(
  sql: Query,
  keys: KeyRing,
  { send, now, channel }: Required<Sending>,
): Promise<keyof Delivery | null> {
  const [waiting] = await sql<Waiting>({
    text: `select id, attempts, address_cipher "addressCipher", body_cipher "bodyCipher",
                  created_at "createdAt" from outbound_message
            where sent_at is null and given_up_at is null and due_at <= $1 and channel = $2
            order by due_at limit 1 for update skip locked`,
    values: [now(), channel],
  })
  if (!waiting) return null
  const { id } = waiting
  const content = JSON.parse(keys.decrypt(waiting.bodyCipher, messagePlace(id, 'body'))) as MailContent
  const address = keys.decrypt(waiting.addressCipher, messagePlace(id, 'address'))
  const isStale =
    Date.parse(waiting.createdAt) < now().getTime() - longestLifeMs ||
    ('expiresAt' in content && Date.parse(content.expiresAt) <= now().getTime())
  const attempt: Attempt = isStale
    ? { outcome: 'refused', reason: 'expired' }
    : await send({ id, address, content }).catch((): Attempt => ({ outcome: 'later', reason: 'failed' }))
  const attempts = waiting.attempts + (isStale ? 0 : 1)
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
