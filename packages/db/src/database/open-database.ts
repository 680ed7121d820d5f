import type { MikroORM } from '@mikro-orm/postgresql'
import type pg from 'pg'
import { RuleBook } from '../alarms/rule-book.ts'
import { ReadLog } from '../audit/read-log.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import { Bus } from '../events/bus.ts'
import { listen } from '../events/notifications.ts'
import { Sessions } from '../identity/sessions.ts'
import { Feeds } from '../live/hospital-feed.ts'
import { type Outbound, storedOutbound } from '../outbound/outbound.ts'
import { IngestQueue } from '../vitals/ingest/ingest-queue.ts'
import { openOrm } from './orm.ts'
import { createPool, poolQuery, type Query } from './sql.ts'

/** Everything a verb needs of the outside: the unit of work, plain SQL, keys, the bus. */
export interface Database {
  orm: MikroORM
  pool: pg.Pool
  sql: Query
  keys: KeyRing
  bus: Bus
  readLog: ReadLog
  sessions: Sessions
  rules: RuleBook
  ingest: IngestQueue
  feeds: Feeds
  /** Where messages to people leave the house. */
  outbound: Outbound
  close: () => Promise<void>
}

export interface DatabaseOptions {
  url: string
  keys: KeyRing
  /** Connections for reads and ingest; the unit of work has as many again. */
  poolSize?: number
  /** Messages are kept for a later sender, unless one is given. */
  outbound?: Outbound
}

export async function openDatabase({
  url,
  keys,
  poolSize = 10,
  outbound = storedOutbound(keys),
}: DatabaseOptions): Promise<Database> {
  const pool = createPool(url, poolSize)
  const orm = await openOrm(url, poolSize)
  const bus = new Bus()
  const listener = listen(url, bus)
  const readLog = new ReadLog(pool, keys)
  const sql = poolQuery(pool)
  const sessions = new Sessions(sql, bus)
  const rules = new RuleBook(sql, bus)
  const db: Database = {
    orm,
    pool,
    sql,
    sessions,
    rules,
    ingest: new IngestQueue(),
    keys,
    bus,
    readLog,
    outbound,
    get feeds() {
      return feeds
    },
    close: async () => {
      sessions.close()
      rules.close()
      await readLog.settled()
      await listener.stop()
      await orm.close()
      await pool.end()
    },
  }
  const feeds = new Feeds(db)
  return db
}
