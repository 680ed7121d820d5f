import type { Database } from '@chartwire/db'
import type { FastifyInstance } from 'fastify'

export interface Readiness {
  /** False while the server drains: balancers send new work elsewhere. */
  isAccepting: () => boolean
}

/** `/health`: the process lives. `/ready`: it can do its work now, the database included. */
export function registerHealth(app: FastifyInstance, db: Database, { isAccepting }: Readiness, version: string): void {
  app.get('/health', async () => ({ status: 'ok', name: 'chartwire', version }))
  app.get('/ready', async (_, reply) => {
    const database = await withinTime(db.sql({ name: 'ready', text: 'select 1' }), 2_000).then(
      () => 'ok' as const,
      () => 'unavailable' as const,
    )
    const isReady = database === 'ok' && isAccepting()
    return reply
      .status(isReady ? 200 : 503)
      .send({ status: isReady ? 'ready' : 'not ready', database, accepting: isAccepting() })
  })
}

async function withinTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
