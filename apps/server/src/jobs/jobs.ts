import {
  contextOf,
  deliverMessages,
  type Database,
  deleteExpired,
  dropExpiredPartitions,
  ensurePartitions,
  extendAnchorFile,
  type Send,
  sealAnchor,
  sweepAlarms,
  systemActor,
} from '@chartwire/db'
import type { Metrics } from '../http/metrics.ts'
import type { Mailer } from '../mail/smtp.ts'
import type { RecurringJob } from './every.ts'

const day = 86_400_000

/** What runs by the clock. Each job is safe on several processes at once. */
export function recurringJobs(
  db: Database,
  metrics: Metrics,
  { anchors, mailer, whatsApp }: { anchors: string; mailer: Mailer | null; whatsApp: Send | null },
): RecurringJob[] {
  const now = () => new Date()
  return [
    {
      name: 'sweep-alarms',
      everyMs: 1_000,
      run: async () => {
        const actor = systemActor('alarms')
        const swept = await sweepAlarms(contextOf({ actor, db, requestId: '', now }))
        metrics.sweeps.inc({ what: 'escalated' }, swept.escalated)
        metrics.sweeps.inc({ what: 'repeated' }, swept.repeated)
      },
    },
    { name: 'make-partitions', everyMs: 3_600_000, run: () => preparePartitions(db) },
    {
      name: 'drop-partitions',
      everyMs: 6 * 3_600_000,
      run: async () => void (await dropExpiredPartitions(db.ownerSql, now())),
    },
    {
      // Asked for every ten minutes, done once a day by one process; each then brings its own file up to it.
      name: 'anchor-audit',
      everyMs: 600_000,
      run: async () => {
        await sealAnchor(db, { now: now(), isForced: false })
        await extendAnchorFile(db, anchors)
      },
    },
    ...(mailer === null ? [] : [deliver(db, metrics, { channel: 'mail', send: mailer.send })]),
    ...(whatsApp === null ? [] : [deliver(db, metrics, { channel: 'whatsapp', send: whatsApp })]),
    { name: 'delete-expired', everyMs: 600_000, run: () => deleteExpired(db, now()) },
  ]
}

/** The months that readings arriving now and tomorrow belong to. */
export function preparePartitions(db: Database): Promise<void> {
  return ensurePartitions(db.ownerSql, { from: Date.now() - 31 * day, to: Date.now() + 32 * day })
}

function deliver(db: Database, metrics: Metrics, way: { channel: 'mail' | 'whatsapp'; send: Send }): RecurringJob {
  const { channel } = way
  return {
    name: `deliver-${channel}`,
    everyMs: 2_000,
    run: async () => {
      const { sent, failed, givenUp } = await deliverMessages(db, { ...way, now: () => new Date() })
      metrics.letters.inc({ channel, outcome: 'sent' }, sent)
      metrics.letters.inc({ channel, outcome: 'failed' }, failed)
      metrics.letters.inc({ channel, outcome: 'given-up' }, givenUp)
    },
  }
}
