import {
  contextOf,
  type Database,
  deleteExpired,
  dropExpiredPartitions,
  ensurePartitions,
  sweepAlarms,
  systemActor,
} from '@chartwire/db'
import type { Metrics } from '../http/metrics.ts'
import type { RecurringJob } from './every.ts'

const day = 86_400_000

/** What runs by the clock. Each job is safe on several processes at once. */
export function recurringJobs(db: Database, metrics: Metrics): RecurringJob[] {
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
    { name: 'delete-expired', everyMs: 600_000, run: () => deleteExpired(db, now()) },
  ]
}

/** The months that readings arriving now and tomorrow belong to. */
export function preparePartitions(db: Database): Promise<void> {
  return ensurePartitions(db.ownerSql, { from: Date.now() - 31 * day, to: Date.now() + 32 * day })
}
