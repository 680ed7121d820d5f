import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { clientOptions, type Query } from '../database/sql.ts'
import type { Bus, BusMessage } from './bus.ts'

const channel = 'chartwire'
/** PostgreSQL refuses a payload of 8,000 bytes, and with it the transaction; a message has less than 80. */
const messagesPerPayload = 80
/** Messages of one's own come back through the database; they were published locally at commit already. */
const processId = randomUUID()

/** Within a transaction: the other processes hear of it when, and only when, it commits. */
export async function notify(sql: Query, messages: readonly BusMessage[]): Promise<void> {
  for (let from = 0; from < messages.length; from += messagesPerPayload) {
    // The id keeps PostgreSQL from folding equal payloads of one transaction.
    const payload = { from: processId, id: randomUUID(), messages: messages.slice(from, from + messagesPerPayload) }
    await sql({ name: 'bus_notify', text: `select pg_notify('${channel}', $1)`, values: [JSON.stringify(payload)] })
  }
}

/** How often the line is tried: a network that went away without a word would leave this process deaf for hours. */
const pulseMs = 5_000

/**
 * Feeds what other processes publish into this one's bus; reconnects for as long as it is not stopped. What was said while
 * nobody listened is lost: then streams ask again whether they may go on, and all else looks by itself within two seconds.
 */
export function listen(url: string, bus: Bus, answerWithinMs: number): { stop: () => Promise<void> } {
  let line: pg.Client | undefined
  let isStopped = false
  let retry: NodeJS.Timeout | undefined
  let wasDeaf = false

  const connect = async () => {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'chartwire-bus',
      ...clientOptions(Math.min(pulseMs, answerWithinMs)),
    })
    let isLost = false
    let pulse: NodeJS.Timeout | undefined
    const lose = () => {
      if (isLost) return
      isLost = true
      clearInterval(pulse)
      wasDeaf = true
      if (line === client) line = undefined
      client.end().catch(() => undefined)
      if (!isStopped) retry = setTimeout(() => void connect(), 250)
    }
    client.on('error', lose)
    client.on('end', lose)
    client.on('notification', ({ payload }) => {
      const { from, messages } = JSON.parse(payload ?? '{}') as { from?: string; messages?: BusMessage[] }
      if (from !== processId) for (const message of messages ?? []) bus.publish(message)
    })
    try {
      await client.connect()
      await client.query(`listen ${channel}`)
      line = client
      if (isStopped) {
        await client.end()
        return
      }
      pulse = setInterval(() => void client.query('select 1').catch(lose), pulseMs)
      if (wasDeaf) bus.publish({ type: 'access', hospitalId: null })
      wasDeaf = false
    } catch {
      lose()
    }
  }
  void connect()
  return {
    stop: async () => {
      isStopped = true
      clearTimeout(retry)
      await line?.end().catch(() => undefined)
    },
  }
}
