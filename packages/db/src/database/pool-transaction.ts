import type pg from 'pg'
import { clientQuery, type Query, type Statement } from './sql.ts'

export interface PoolTransaction<T> {
  work: (sql: Query) => Promise<T>
  mode?: '' | 'isolation level repeatable read read only' | undefined
  /** Runs before anything of `work`; should it fail, so does all that follows. */
  first?: Statement
}

/**
 * A transaction in plain SQL for the hot paths. Statements are pipelined: `begin` travels with the first of `work`, and
 * whatever `work` asks for without waiting in between travels together, so a transaction costs the round trips of its
 * decisions and not of its statements.
 */
export async function poolTransaction<T>(pool: pg.Pool, { work, mode = '', first }: PoolTransaction<T>): Promise<T> {
  const client = await pool.connect()
  let isBroken = false
  try {
    const [, , result] = await Promise.all([
      client.query(`begin ${mode}`),
      first && client.query(first),
      work(clientQuery(client)),
    ])
    await client.query('commit')
    return result
  } catch (error) {
    // Whatever is still on its way fails with the transaction; a connection that cannot roll back is thrown away.
    isBroken = await client.query('rollback').then(
      () => false,
      () => true,
    )
    throw error
  } finally {
    client.release(isBroken)
  }
}
