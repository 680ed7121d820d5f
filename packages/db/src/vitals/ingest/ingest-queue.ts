import { originOf } from '../../audit/origin.ts'
import type { OriginatedEntry } from '../../audit/chain.ts'
import { isUnavailable } from '../../database/sql-state.ts'
import type { Ctx } from '../../kernel/context.ts'
import { DomainError } from '../../kernel/errors.ts'
import type { Access } from '../../policy/authorize.ts'
import { ingestBatch } from './ingest-batch.ts'
import { maxBatch, maxWaitingRows } from './limits.ts'
import type { IncomingReading, RowOutcome } from './reading.ts'

interface Request {
  ctx: Ctx
  access: Exclude<Access, { reach: 'self' }>
  isGateway: boolean
  rows: readonly IncomingReading[]
  resolve: (outcomes: RowOutcome[]) => void
  reject: (error: unknown) => void
}

interface Waiting {
  requests: Request[]
  rows: number
}

/** Transactions of one hospital at a time: while one commits, the next one is judged. */
const lanes = 2

/**
 * Group commit for the bedside: requests that arrive while the lanes of their hospital are busy share the next
 * transaction, so that a thousand monitors sending one reading each cost as little as a gateway sending a thousand.
 * Requests of people (whose reach is their care team) are never merged with others.
 */
export class IngestQueue {
  readonly #waiting = new Map<string, Waiting>()
  readonly #busy = new Map<string, number>()

  /** @throws unavailable when `maxWaitingRows` of the hospital wait already, or the database is away */
  submit(request: Omit<Request, 'resolve' | 'reject'>): Promise<RowOutcome[]> {
    return new Promise((resolve, reject) => {
      const { hospitalId } = request.access
      const waiting = this.#waiting.get(hospitalId) ?? { requests: [], rows: 0 }
      if (waiting.rows + request.rows.length > maxWaitingRows) {
        throw new DomainError('unavailable', 'More readings wait to be stored than can be taken.', { retryAfter: 5 })
      }
      waiting.requests.push({ ...request, resolve, reject })
      waiting.rows += request.rows.length
      this.#waiting.set(hospitalId, waiting)
      if ((this.#busy.get(hospitalId) ?? 0) < lanes) void this.#drain(hospitalId)
    })
  }

  async #drain(hospitalId: string): Promise<void> {
    this.#busy.set(hospitalId, (this.#busy.get(hospitalId) ?? 0) + 1)
    for (let group = this.#next(hospitalId); group.length > 0; group = this.#next(hospitalId)) {
      try {
        await takeTogether(group)
      } catch (error) {
        // One by one they would wait for a database that is away, each as long as the group has.
        if (group.length === 1 || isUnavailable(error)) for (const request of group) request.reject(error)
        // What sank the group may be one request: each gets its own chance.
        else for (const request of group) await takeTogether([request]).catch(request.reject)
      }
    }
    const left = (this.#busy.get(hospitalId) ?? 1) - 1
    if (left > 0) this.#busy.set(hospitalId, left)
    else this.#busy.delete(hospitalId)
  }

  #next(hospitalId: string): Request[] {
    const waiting = this.#waiting.get(hospitalId)
    if (!waiting) return []
    const { requests } = waiting
    const group: Request[] = []
    let rows = 0
    while (requests[0] && (group.length === 0 || fits(group, requests[0], rows))) {
      const request = requests.shift()
      if (!request) break
      group.push(request)
      rows += request.rows.length
    }
    waiting.rows -= rows
    if (requests.length === 0) this.#waiting.delete(hospitalId)
    return group
  }
}

function fits(group: readonly Request[], next: Request, rows: number): boolean {
  const isMergeable = (request: Request) => request.access.reach === 'hospital' && request.isGateway
  return rows + next.rows.length <= maxBatch && isMergeable(next) && group.every(isMergeable)
}

async function takeTogether(group: readonly Request[]): Promise<void> {
  const [first] = group
  if (!first) return
  if (group.length === 1) {
    const { ctx, access, isGateway, rows } = first
    const audit = (outcomes: readonly RowOutcome[]) => [auditEntry(first, outcomes)]
    first.resolve(await ingestBatch(ctx, { access, isGateway, rows, audit }))
    return
  }
  // Rows keep their own index within their request; in the shared batch they carry their place in it.
  const rows: IncomingReading[] = []
  const places: { request: number; index: number }[] = []
  group.forEach((request, number) => {
    for (const row of request.rows) {
      places.push({ request: number, index: row.index })
      rows.push({ ...row, index: rows.length })
    }
  })
  const split = (outcomes: readonly RowOutcome[]): RowOutcome[][] => {
    const own: RowOutcome[][] = group.map(() => [])
    for (const outcome of outcomes) {
      const place = places[outcome.index]
      if (place) own[place.request]?.push({ ...outcome, index: place.index })
    }
    return own
  }
  const outcomes = await ingestBatch(first.ctx, {
    access: first.access,
    isGateway: first.isGateway,
    rows,
    audit: (all) => split(all).map((own, number) => auditEntry(group[number] ?? first, own)),
  })
  split(outcomes).forEach((own, number) => group[number]?.resolve(own))
}

function auditEntry({ ctx, access, rows }: Request, outcomes: readonly RowOutcome[]): OriginatedEntry {
  const refused = outcomes.filter(({ status }) => status === 'refused').length
  return {
    hospitalId: access.hospitalId,
    action: 'vitals.record',
    resource: { type: 'reading-batch', id: null },
    // A gateway's batch names no patients: the readings do. A person's charting does.
    patientIds: access.reach === 'care-team' ? [...new Set(rows.flatMap(({ patientId }) => patientId ?? []))] : [],
    detail: { readings: rows.length, refused },
    origin: originOf(ctx),
  }
}
