import { type Actor, openDatabase, type Database } from '@chartwire/db'
import { type TestHospital, testHospital } from '@chartwire/db/testing/hospital'
import type { FastifyInstance } from 'fastify'
import { readSettings } from '../src/configuration/settings.ts'
import { buildApp, type Patience } from '../src/http/build-app.ts'
import { createLogger } from '../src/http/logging.ts'
import { Metrics } from '../src/http/metrics.ts'
import type { Print } from '../src/printing.ts'

export interface ServeOptions {
  /** What is served, and outlives the server; a hospital of its own, on a database of its own, when not given. */
  hospital?: TestHospital
  environment?: Record<string, string>
  /** Adds to the application before it listens. */
  extend?: (app: FastifyInstance) => void
  level?: 'silent' | 'trace'
  patience?: Patience
  /** What makes PDFs; the document itself comes back when not given. */
  print?: Print
}

export interface Served extends AsyncDisposable {
  hospital: TestHospital
  url: string
  app: () => FastifyInstance
  /** Every line logged so far. */
  log: () => string
  /** A bearer token of the actor. */
  token: (actor: Actor) => Promise<string>
  /** Closes every connection and comes back on the same port with nothing of before but the database. */
  restart: () => Promise<void>
}

/** The whole application on a port of its own, for one hospital. */
export async function serve(options: ServeOptions = {}): Promise<Served> {
  const hospital = options.hospital ?? (await testHospital())
  const lines: string[] = []
  const tokens = new Map<string, string>()
  const first = await listen(hospital.db, 0)
  let app = first
  let second: Database | undefined
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  async function listen(db: Database, at: number): Promise<FastifyInstance> {
    const settings = readSettings({
      CHARTWIRE_DEMO: 'off',
      LOG_LEVEL: options.level ?? 'silent',
      ...options.environment,
    })
    const logger = createLogger({ ...settings, LOG_FORMAT: 'json' }, { write: (line) => void lines.push(line) })
    const built = await buildApp({
      db,
      settings,
      logger,
      metrics: new Metrics(),
      version: '0.0.0-test',
      isAccepting: () => true,
      url: () => `http://127.0.0.1:${port}`,
      print: options.print ?? (async (html) => new TextEncoder().encode(html)),
      ...(options.patience ? { patience: options.patience } : {}),
    })
    options.extend?.(built)
    await built.listen({ host: '127.0.0.1', port: at })
    return built
  }

  async function close(): Promise<void> {
    for (const socket of app.websocketServer.clients) socket.terminate()
    app.server.closeAllConnections()
    await app.close()
    await second?.close()
  }

  return {
    hospital,
    url: `http://127.0.0.1:${port}`,
    app: () => app,
    log: () => lines.join(''),
    token: async (actor) => {
      if (actor.kind !== 'user') throw new Error('Only people have tokens.')
      const known =
        tokens.get(actor.userId) ??
        (await hospital.db.sessions.open({ userId: actor.userId, kind: 'person', userAgent: null })).token
      tokens.set(actor.userId, known)
      return known
    },
    restart: async () => {
      await close()
      second = await openDatabase({ url: hospital.url, keys: hospital.db.keys, poolSize: 4 })
      app = await listen(second, port)
    },
    [Symbol.asyncDispose]: async () => {
      await close()
      if (!options.hospital) await hospital[Symbol.asyncDispose]()
    },
  }
}
