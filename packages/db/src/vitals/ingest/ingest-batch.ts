import type pg from 'pg'
import { applyTransitions } from '../../alarms/apply-transitions.ts'
import type { RulesOf } from '../../alarms/rule-book.ts'
import type { OriginatedEntry } from '../../audit/chain.ts'
import { appendToChain } from '../../audit/chain.ts'
import { isRetryable } from '../../database/sql-state.ts'
import type { Query } from '../../database/sql.ts'
import { notify } from '../../events/notifications.ts'
import type { Ctx } from '../../kernel/context.ts'
import type { Access } from '../../policy/authorize.ts'
import { hospitalScope } from '../../row-security/scope.ts'
import { judgeReadings } from './judge-readings.ts'
import { maxAheadMs, retentionDays } from './limits.ts'
import { lockMonitors, patientsByMrn, saveMonitors } from './monitors.ts'
import { ensurePartitions, partitionsOf } from '../partitions.ts'
import type { IncomingReading, RowOutcome } from './reading.ts'
import { sortReadings } from './sort-readings.ts'
import { storeReadings } from './store-readings.ts'

/** What one transaction takes in: the rows of one request, or of several of the same hospital. */
export interface IngestBatch {
  access: Exclude<Access, { reach: 'self' }>
  isGateway: boolean
  rows: readonly IncomingReading[]
  /** One per request, with the outcome of its own rows known to the caller. */
  audit: (outcomes: readonly RowOutcome[]) => OriginatedEntry[]
}

type IngestCtx = Pick<Ctx, 'db' | 'now' | 'newId'>

const knownPartitions = new WeakMap<pg.Pool, Set<string>>()

/**
 * Takes a batch in, all of it or nothing: locks the monitors, sorts out repetitions and refusals, judges what is new in
 * the order of its source times, stores readings, rollup, monitors, alarms and events, one audit entry a request.
 */
export async function ingestBatch(ctx: IngestCtx, batch: IngestBatch): Promise<RowOutcome[]> {
  const { db } = ctx
  await preparePartitions(ctx, batch.rows)
  for (let attempt = 1; ; attempt++) {
    // Before the transaction: whoever holds a connection must not wait for another one, or all may wait for each other.
    const rulesOf = await db.rules.of(batch.access.hospitalId)
    try {
      const outcomes = await db.scoped.transaction(hospitalScope(batch.access.hospitalId), (sql) =>
        takeIn(sql, ctx, { ...batch, rulesOf }),
      )
      db.bus.publish({ type: 'bedside', hospitalId: batch.access.hospitalId })
      return outcomes
    } catch (error) {
      if (attempt >= 4 || !isRetryable(error)) throw error
    }
  }
}

async function takeIn(
  sql: Query,
  ctx: IngestCtx,
  { access, isGateway, rows, audit, rulesOf }: IngestBatch & { rulesOf: RulesOf },
): Promise<RowOutcome[]> {
  const { hospitalId } = access
  const receivedAt = ctx.now()
  const mrns = new Set<string>()
  for (const { mrn } of rows) if (mrn !== null) mrns.add(mrn)
  const byMrn = await patientsByMrn(sql, { hospitalId, mrns: [...mrns] })
  const patientOf = ({ patientId, mrn }: IncomingReading) => patientId ?? (mrn === null ? undefined : byMrn.get(mrn))
  const patientIds = new Set<string>()
  for (const row of rows) {
    const patientId = patientOf(row)
    if (patientId !== undefined) patientIds.add(patientId)
  }
  const locked = await lockMonitors(sql, access, [...patientIds])
  const monitors = new Map(locked.map((monitor) => [monitor.patientId, monitor]))
  const { fresh, outcomes } = await sortReadings(sql, {
    hospitalId,
    rows,
    patientOf,
    monitors,
    receivedAt: receivedAt.getTime(),
  })
  if (fresh.size === 0) {
    await appendToChain(sql, ctx.db.keys, audit(outcomes))
    return outcomes
  }
  const judged = locked.flatMap((monitor) => {
    const readings = fresh.get(monitor.patientId)
    if (!readings) return []
    const rules = rulesOf(monitor.patientId, monitor.monitoring)
    return [{ monitor, ...judgeReadings(monitor, { readings, rules, receivedAt: receivedAt.getTime(), isGateway }) }]
  })
  for (const patient of judged) outcomes.push(...patient.outcomes)
  const alarming = judged
    .filter(({ transitions }) => transitions.length > 0)
    .map(({ monitor: { patientId, admissionId, wardId }, transitions }) => ({
      patientId,
      admissionId,
      wardId,
      transitions,
    }))
  const stored = [
    storeReadings(sql, { hospitalId, receivedAt, readings: judged.flatMap((patient) => patient.stored) }),
    saveMonitors(sql, { updates: judged.map(({ update }) => update), receivedAt }),
    notify(sql, [{ type: 'bedside', hospitalId }]),
  ]
  const decide = async () => {
    const decided = await applyTransitions(sql, ctx, { hospitalId, patients: alarming })
    const origin = {
      actor: 'system:alarms',
      capacity: null,
      purpose: null,
      requestId: '',
      at: receivedAt.toISOString(),
    }
    await appendToChain(sql, ctx.db.keys, [...audit(outcomes), ...decided.map((entry) => ({ ...entry, origin }))])
  }
  await Promise.all([...stored, decide()])
  return outcomes
}

/** Outside the transaction: making a partition takes a lock that no batch should hold. */
async function preparePartitions(ctx: IngestCtx, rows: readonly IncomingReading[]): Promise<void> {
  const { pool, ownerSql } = ctx.db
  let known = knownPartitions.get(pool)
  if (!known) knownPartitions.set(pool, (known = new Set()))
  const now = ctx.now().getTime()
  let from = Infinity
  let to = -Infinity
  for (const { sourceTime } of rows) {
    // What will be refused for its time needs no place to be stored in.
    if (sourceTime < now - retentionDays * 86_400_000 || sourceTime > now + maxAheadMs) continue
    if (sourceTime < from) from = sourceTime
    if (sourceTime > to) to = sourceTime
  }
  if (from > to) return
  const needed = partitionsOf({ from, to })
  if (needed.every((name) => known.has(name))) return
  await ensurePartitions(ownerSql, { from, to })
  for (const name of needed) known.add(name)
}
