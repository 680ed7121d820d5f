import type { MikroORM } from '@mikro-orm/postgresql'
import type pg from 'pg'
import { RuleBook } from '../alarms/rule-book.ts'
import { ReadLog } from '../audit/read-log.ts'
import { RefusalLog } from '../audit/refusal-log.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import { Bus } from '../events/bus.ts'
import { listen } from '../events/notifications.ts'
import { Sessions } from '../identity/sessions.ts'
import { Feeds } from '../live/hospital-feed.ts'
import { type Outbound, storedOutbound } from '../outbound/outbound.ts'
import { IngestQueue } from '../vitals/ingest/ingest-queue.ts'
import { ensureLogins } from '../row-security/logins.ts'
import type { Scoped } from '../row-security/scope.ts'
import { scopedPool } from '../row-security/scoped-pool.ts'
import { openOrm } from './orm.ts'
import { createPool, defaultAnswerWithinMs, poolQuery, type Query } from './sql.ts'

/** Everything a verb needs of the outside: the unit of work, plain SQL, keys, the bus. */
export interface Database {
  /** The unit of work of actors, within a scope; `systemOrm` is the system's. */
  orm: MikroORM
  systemOrm: MikroORM
  /** What sees only the rows of a scope: of an actor, or of the hospital one works for. */
  scoped: Scoped
  /** The system's own: sees every row, and owns nothing. */
  pool: pg.Pool
  sql: Query
  /** As the owner of the tables, for what changes their form: partitions. */
  ownerSql: Query
  keys: KeyRing
  bus: Bus
  readLog: ReadLog
  refusals: RefusalLog
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
  /** How long a statement is waited for, and at most a connection; what has no answer by then is `unavailable`. */
  answerWithinMs?: number
  /** Whether `deliverMessages` runs somewhere: links then go by mail, and are answered to nobody. */
  sendsMail?: boolean
  /** Whether it runs for WhatsApp: where it does not, nothing is sent that way. */
  sendsWhatsApp?: boolean
}

export async function openDatabase({
  url,
  keys,
  poolSize = 10,
  answerWithinMs = defaultAnswerWithinMs,
  sendsMail = false,
  sendsWhatsApp = false,
}: DatabaseOptions): Promise<Database> {
  const logins = await ensureLogins(url, keys)
  const scopedClients = createPool(logins.app, poolSize, answerWithinMs)
  const pool = createPool(logins.system, Math.max(3, Math.ceil(poolSize / 2)), answerWithinMs)
  const owner = createPool(url, 2, answerWithinMs)
  const [orm, systemOrm] = await Promise.all([
    openOrm(logins.app, poolSize, answerWithinMs),
    openOrm(logins.system, 3, answerWithinMs),
  ])
  const scoped = scopedPool(scopedClients)
  const bus = new Bus()
  const listener = listen(url, bus, answerWithinMs)
  const readLog = new ReadLog(pool, keys)
  const sql = poolQuery(pool)
  const refusals = new RefusalLog(readLog, sql)
  const sessions = new Sessions(sql, bus)
  const rules = new RuleBook(scoped, bus)
  const db: Database = {
    orm,
    systemOrm,
    scoped,
    pool,
    sql,
    ownerSql: poolQuery(owner),
    sessions,
    rules,
    ingest: new IngestQueue(),
    keys,
    bus,
    readLog,
    refusals,
    outbound: storedOutbound(keys, { isSent: sendsMail, sendsWhatsApp }),
    get feeds() {
      return feeds
    },
    close: async () => {
      sessions.close()
      rules.close()
      await refusals.close()
      await readLog.settled()
      await listener.stop()
      await Promise.all([orm.close(), systemOrm.close(), scopedClients.end(), pool.end(), owner.end()])
    },
  }
  const feeds = new Feeds(db)
  return db
}
