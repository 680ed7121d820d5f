import type { Query } from '../database/sql.ts'
import { retentionDays } from './ingest/limits.ts'

/** `vital_reading` has one partition a month; months are UTC. */
function monthStart(at: number): Date {
  const day = new Date(at)
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1))
}

function nextMonth(month: Date): Date {
  return new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1))
}

export function partitionOf(at: number): string {
  return `vital_reading_${monthStart(at).toISOString().slice(0, 7).replace('-', '_')}`
}

function* monthsOf({ from, to }: { from: number; to: number }): Generator<Date, void> {
  for (let month = monthStart(from); month.getTime() <= to; month = nextMonth(month)) yield month
}

/** The names of the partitions that a span of source times lies in, with every month in between. */
export function partitionsOf(span: { from: number; to: number }): string[] {
  return [...monthsOf(span)].map((month) => partitionOf(month.getTime()))
}

/** Makes the partitions for a span of source times; safe under several processes, cheap when they are there. */
export async function ensurePartitions(sql: Query, span: { from: number; to: number }): Promise<void> {
  for (const month of monthsOf(span)) {
    const name = partitionOf(month.getTime())
    const [known] = await sql<{ there: boolean }>({
      text: 'select to_regclass($1) is not null there',
      values: [name],
    })
    if (known?.there) continue
    const [start, end] = [month.toISOString(), nextMonth(month).toISOString()]
    try {
      await sql({
        text: `create table if not exists ${name} partition of vital_reading for values from ('${start}') to ('${end}')`,
      })
    } catch (error) {
      // Two processes at the same moment: one of them finds the table made.
      const [made] = await sql<{ there: boolean }>({
        text: 'select to_regclass($1) is not null there',
        values: [name],
      })
      if (!made?.there) throw error
    }
  }
}

export interface Partition {
  name: string
  /** The planner's estimate. */
  readings: number
  /** For people, indexes included. */
  size: string
  /** Lies wholly before the retention. */
  isExpired: boolean
}

/** The months there are, oldest first. */
export async function listPartitions(sql: Query, now: Date): Promise<Partition[]> {
  const rows = await sql<Omit<Partition, 'isExpired'>>({
    text: `select c.relname name, greatest(c.reltuples, 0)::bigint readings,
                  pg_size_pretty(pg_total_relation_size(c.oid)) size
             from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = 'vital_reading'::regclass order by 1`,
  })
  return rows.map((row) => ({ ...row, isExpired: isExpired(row.name, now) }))
}

function isExpired(name: string, now: Date): boolean {
  return /^vital_reading_\d{4}_\d{2}$/.test(name) && name < partitionOf(now.getTime() - retentionDays * 86_400_000)
}

/** Drops the months that lie wholly before the retention, and says which. Their hourly statistics stay. */
export async function dropExpiredPartitions(sql: Query, now: Date): Promise<string[]> {
  const partitions = await listPartitions(sql, now)
  const expired = partitions.filter((partition) => partition.isExpired).map(({ name }) => name)
  for (const name of expired) await sql({ text: `drop table if exists ${name}` })
  return expired
}
