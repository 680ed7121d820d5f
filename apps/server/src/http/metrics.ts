import { createHash, timingSafeEqual } from 'node:crypto'
import { DomainError } from '@chartwire/db'
import type { FastifyInstance } from 'fastify'
import { bearerToken } from './request-facts.ts'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** Figures for Prometheus. Labels are procedure names and states: never a patient, a hospital or a person. */
export class Metrics {
  readonly registry = new Registry()
  readonly requests = new Histogram({
    name: 'chartwire_request_seconds',
    help: 'Time to answer, by route and status class',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  })
  readonly failures = new Counter({
    name: 'chartwire_procedure_failures_total',
    help: 'Failed calls, by procedure and error code',
    labelNames: ['procedure', 'code'],
    registers: [this.registry],
  })
  readonly sockets = new Gauge({
    name: 'chartwire_websockets',
    help: 'Open WebSocket connections',
    registers: [this.registry],
  })
  readonly sweeps = new Counter({
    name: 'chartwire_alarm_sweeps_total',
    help: 'Alarms announced by the sweep, by what happened',
    labelNames: ['what'],
    registers: [this.registry],
  })
  readonly jobFailures = new Counter({
    name: 'chartwire_job_failures_total',
    help: 'Failed runs of recurring jobs',
    labelNames: ['job'],
    registers: [this.registry],
  })

  readonly letters = new Counter({
    name: 'chartwire_letters_total',
    help: 'Attempts to send mail and other messages, by way and by what came of them',
    labelNames: ['channel', 'outcome'],
    registers: [this.registry],
  })

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'chartwire_' })
  }

  /** With a token, only who sends it as a bearer token reads the figures. */
  observe(app: FastifyInstance, { token }: { token: string | null }): void {
    app.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'unknown'
      const name = route === '/trpc/:path' ? `trpc/${procedureLabel(request.params)}` : route
      this.requests.observe(
        { route: name, status: `${Math.floor(reply.statusCode / 100)}xx` },
        reply.elapsedTime / 1000,
      )
      done()
    })
    app.get('/metrics', async (request, reply) => {
      if (token !== null && !isSame(bearerToken(request.headers.authorization ?? null), token)) {
        throw new DomainError('unauthenticated', 'The figures are for who has the token.')
      }
      return reply.header('content-type', this.registry.contentType).send(await this.registry.metrics())
    })
  }
}

function isSame(given: string | null, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return given !== null && timingSafeEqual(digest(given), digest(token))
}

/** A batch counts under one name, and so does what is no procedure's name: labels must stay few. */
function procedureLabel(params: unknown): string {
  const path = params !== null && typeof params === 'object' && 'path' in params ? String(params.path) : ''
  return path.includes(',') ? 'batch' : /^[a-zA-Z]{1,30}\.[a-zA-Z]{1,30}$/.test(path) ? path : 'other'
}
