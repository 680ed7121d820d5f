import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Query } from '../database/sql.ts'
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

/**
 * Feeds what other processes publish into this one's bus; reconnects for as long as it is not stopped. What was said while
 * nobody listened is lost: then streams ask again whether they may go on, and all else looks by itself within two seconds.
 */
export function listen(url: string, bus: Bus): { stop: () => Promise<void> } {
  let client: pg.Client | undefined
  let stopped = false
  let retry: NodeJS.Timeout | undefined
  let wasDeaf = false

  const connect = async () => {
    const next = new pg.Client({ connectionString: url, application_name: 'chartwire-bus', keepAlive: true })
    const lost = () => {
      wasDeaf = true
      if (client === next) client = undefined
      next.end().catch(() => undefined)
      if (!stopped && !retry) retry = setTimeout(reconnect, 250)
    }
    next.on('error', lost)
    next.on('end', lost)
    next.on('notification', ({ payload }) => {
      const { from, messages } = JSON.parse(payload ?? '{}') as { from?: string; messages?: BusMessage[] }
      if (from !== processId) for (const message of messages ?? []) bus.publish(message)
    })
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
      client = next
      if (stopped) await next.end()
      else if (wasDeaf) bus.publish({ type: 'access', hospitalId: null })
      wasDeaf = false
    } catch {
      lost()
    }
  }
  const reconnect = () => {
    retry = undefined
    void connect()
  }
  reconnect()
  return {
    stop: async () => {
      stopped = true
      clearTimeout(retry)
      await client?.end().catch(() => undefined)
    },
  }
}
