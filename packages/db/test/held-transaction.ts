import { Client } from 'pg'
import { vi } from 'vitest'
import { clientQuery, connectionOptions, type Query, typeParsers } from '../src/database/sql.ts'

export interface HeldTransaction extends AsyncDisposable {
  sql: Query
  commit: () => Promise<void>
  /** Waits until somebody waits for what this transaction holds. */
  isWaitedFor: () => Promise<void>
}

/** A transaction that stays open until the test ends it: what others commit meanwhile overtakes it. */
export async function holdTransaction(url: string): Promise<HeldTransaction> {
  const client = new Client({ connectionString: url, options: connectionOptions, types: typeParsers })
  await client.connect()
  await client.query('begin')
  const sql = clientQuery(client)
  const [self] = await sql<{ pid: number }>({ text: 'select pg_backend_pid() pid' })
  const watcher = new Client({ connectionString: url })
  await watcher.connect()
  const waiting = async () => {
    const { rows } = await watcher.query<{ count: number }>(
      'select count(*)::int from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
      [self?.pid],
    )
    return rows[0]?.count ?? 0
  }
  let isOpen = true
  return {
    sql,
    commit: async () => {
      isOpen = false
      await client.query('commit')
    },
    isWaitedFor: async () => {
      await vi.waitUntil(async () => (await waiting()) > 0, { timeout: 20_000, interval: 10 })
    },
    [Symbol.asyncDispose]: async () => {
      if (isOpen) await client.query('rollback')
      await client.end()
      await watcher.end()
    },
  }
}

/** The codes of what failed, and how many went through. */
export function outcomesOf(results: readonly PromiseSettledResult<unknown>[]): { done: number; codes: string[] } {
  const codes = results.flatMap((result) =>
    result.status === 'rejected' ? [String((result.reason as { code?: string }).code)] : [],
  )
  return { done: results.length - codes.length, codes: codes.sort() }
}
