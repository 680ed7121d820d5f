import type { Query } from '../database/sql.ts'
import type { Ctx } from '../kernel/context.ts'
import type { ErrorCode } from '../kernel/errors.ts'
import { actorKey } from '../policy/actor.ts'
import type { AuditEntry, AuditOrigin } from './audit-entry.ts'
import { originOf } from './origin.ts'
import type { ReadLog } from './read-log.ts'

/** How long what is refused again is only counted, and of how many patients one actor is told apart meanwhile. */
const windowMs = 600_000
const patientsApart = 20
/** Of all actors together; beyond it refusals are counted by chain alone. */
const keysAtMost = 10_000

interface Counted {
  entry: AuditEntry
  origin: AuditOrigin
  /** Not written yet. */
  count: number
}

/**
 * Puts what was refused on record without letting whoever is refused fill the log or learn from the time it takes: the
 * first refusal is written at once, in the background; those like it are counted and follow as one entry.
 */
export class RefusalLog {
  readonly #readLog: ReadLog
  readonly #sql: Query
  readonly #counted = new Map<string, Counted>()
  readonly #patientsOf = new Map<string, Set<string>>()
  readonly #timer: NodeJS.Timeout
  #writing = Promise.resolve()

  constructor(readLog: ReadLog, sql: Query) {
    this.#readLog = readLog
    this.#sql = sql
    this.#timer = setInterval(() => void this.#turn(), windowMs).unref()
  }

  /** Notes that an action on a patient was refused to whoever asks; of other errors nothing. */
  note(ctx: Ctx, { action, patientId, reason }: { action: string; patientId: string; reason: ErrorCode }): void {
    const { actor } = ctx
    if (actor.kind !== 'user' || !recorded.has(reason)) return
    const hospitalId = actor.capacity?.as === 'staff' ? actor.capacity.hospitalId : null
    const known = this.#patientsOf.get(actor.userId) ?? new Set()
    const isApart = known.has(patientId) || known.size < patientsApart
    if (isApart && this.#patientsOf.size < keysAtMost) this.#patientsOf.set(actor.userId, known.add(patientId))
    this.#count(ctx, `${actorKey(actor)} ${action} ${reason} ${isApart ? patientId : '*'}`, {
      hospitalId,
      action: 'access.refused',
      resource: { type: 'patient', id: isApart ? patientId : null },
      patientIds: isApart ? [patientId] : [],
      detail: { action, reason },
    })
  }

  /** Notes a failed sign-in; one count for all names that have no account. */
  noteSignIn(ctx: Ctx, { userId, reason }: { userId: string | null; reason: ErrorCode }): void {
    this.#count(ctx, `sign-in ${userId ?? '*'} ${reason}`, {
      hospitalId: null,
      action: 'identity.sign-in-refused',
      resource: { type: 'user', id: userId },
      patientIds: [],
      detail: { reason },
    })
  }

  /** Resolves when everything noted so far is written, or could not be. */
  async settled(): Promise<void> {
    await this.#turn()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#turn()
  }

  #count(ctx: Ctx, wanted: string, entry: AuditEntry): void {
    const isCrowded = !this.#counted.has(wanted) && this.#counted.size >= keysAtMost
    const key = isCrowded ? `${entry.hospitalId ?? ''} ${entry.action}` : wanted
    const known = this.#counted.get(key)
    const counted = known ?? { entry: isCrowded ? crowd(entry) : entry, origin: originOf(ctx), count: 0 }
    counted.count += 1
    counted.origin = originOf(ctx)
    this.#counted.set(key, counted)
    if (!known) this.#write([counted])
  }

  /** Writes what was counted meanwhile and begins a new window. */
  #turn(): Promise<void> {
    const due = [...this.#counted.values()]
    this.#counted.clear()
    this.#patientsOf.clear()
    this.#write(due)
    return this.#writing
  }

  #write(due: readonly Counted[]): void {
    this.#writing = this.#writing.then(() => this.#append(due))
  }

  async #append(due: readonly Counted[]): Promise<void> {
    for (const counted of due) {
      const { entry, origin, count } = counted
      if (count === 0) continue
      counted.count = 0
      try {
        const patientIds = await this.#registered(entry)
        await this.#readLog.record({ ...entry, patientIds, detail: { ...entry.detail, count }, origin })
      } catch {
        // The database is away, which the requests themselves say. What was counted is written with the next window.
        counted.count += count
        const key = `kept ${entry.action} ${origin.actor} ${entry.resource.id ?? '*'} ${origin.requestId}`
        if (this.#counted.size < keysAtMost) this.#counted.set(key, counted)
      }
    }
  }

  /** Of the patients meant those who are the hospital's: an entry names nobody who is none of its patients. */
  async #registered({ hospitalId, patientIds }: AuditEntry): Promise<string[]> {
    if (hospitalId === null || patientIds.length === 0) return []
    const rows = await this.#sql<{ id: string }>({
      name: 'refusal_registered',
      text: 'select patient_id id from registration where hospital_id = $1 and patient_id = any($2)',
      values: [hospitalId, patientIds],
    })
    return rows.map(({ id }) => id)
  }
}

const recorded: ReadonlySet<ErrorCode> = new Set(['forbidden', 'not_found', 'credentials_wrong', 'locked_out'])

function crowd(entry: AuditEntry): AuditEntry {
  return { ...entry, resource: { ...entry.resource, id: null }, patientIds: [] }
}
