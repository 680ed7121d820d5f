import type pg from 'pg'
import { poolTransaction } from '../database/pool-transaction.ts'
import type { Query, Statement } from '../database/sql.ts'
import { enterScope, type Scope, type Scoped } from './scope.ts'

/**
 * The pool of those who see only what their scope lets them. A lone statement puts its connection into the scope first,
 * in the same round trip, unless the connection carries it from the statement before; a transaction's scope ends with it.
 * Either way a connection on which anything went wrong is thrown away, so that none is ever used in another's scope.
 */
export function scopedPool(pool: pg.Pool): Scoped {
  const carried = new WeakMap<pg.PoolClient, string>()

  async function run<Row extends object>(scope: Scope, statement: Statement): Promise<Row[]> {
    const client = await pool.connect()
    const wanted = `${scope.hospitalId}/${scope.patientId}/${scope.userId}`
    let isSound = false
    try {
      if (carried.get(client) === wanted) {
        const { rows } = await client.query<Row>(statement)
        isSound = true
        return rows
      }
      carried.delete(client)
      // Pipelined. Should the scope not be taken, the answer is thrown away with the connection.
      const [, { rows }] = await Promise.all([
        client.query(enterScope(scope, 'connection')),
        client.query<Row>(statement),
      ])
      carried.set(client, wanted)
      isSound = true
      return rows
    } finally {
      client.release(!isSound)
    }
  }

  return {
    query: (scope): Query => {
      return (statement) => run(scope, statement)
    },
    transaction: (scope, work, mode) => poolTransaction(pool, { work, mode, first: enterScope(scope, 'transaction') }),
  }
}
