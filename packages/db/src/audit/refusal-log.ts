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
  readonly #due: Counted[] = []
  #writing: Promise<void> | undefined

  constructor(readLog: ReadLog, sql: Query) {
    this.#readLog = readLog
    this.#sql = sql
    this.#timer = setInterval(() => void this.#turn(), windowMs).unref()
  }

  /** Notes that an action on a patient was refused to whoever asks; of other errors nothing. */
  note(ctx: Ctx, { action, patientId, reason }: { action: string; patientId: string | null; reason: ErrorCode }): void {
    const { actor } = ctx
    if (actor.kind !== 'user' || !recorded.has(reason)) return
    const hospitalId = actor.capacity?.as === 'staff' ? actor.capacity.hospitalId : null
    const apart = patientId !== null && this.#isApart(actor.userId, patientId) ? patientId : null
    this.#count(ctx, `${actorKey(actor)} ${action} ${reason} ${apart ?? '*'}`, {
      hospitalId,
      action: 'access.refused',
      resource: { type: 'patient', id: apart },
      patientIds: apart === null ? [] : [apart],
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

  /** Begins a new window; resolves when everything noted so far is written, or could not be. */
  async settled(): Promise<void> {
    await this.#turn()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#turn()
  }

  #isApart(userId: string, patientId: string): boolean {
    const known = this.#patientsOf.get(userId) ?? new Set()
    if (!known.has(patientId) && (known.size >= patientsApart || this.#patientsOf.size >= keysAtMost)) return false
    this.#patientsOf.set(userId, known.add(patientId))
    return true
  }

  #count(ctx: Ctx, wanted: string, entry: AuditEntry): void {
    const isCrowded = !this.#counted.has(wanted) && this.#counted.size >= keysAtMost
    const key = isCrowded ? `${entry.hospitalId ?? ''} ${entry.action}` : wanted
    const known = this.#counted.get(key)
    const counted = known ?? { entry: isCrowded ? crowd(entry) : entry, origin: originOf(ctx), count: 0 }
    counted.count += 1
    counted.origin = originOf(ctx)
    this.#counted.set(key, counted)
    if (!known) void this.#write([counted])
  }

  /** Writes what was counted meanwhile and begins a new window. */
  #turn(): Promise<void> {
    const due = [...this.#counted.values()]
    this.#counted.clear()
    this.#patientsOf.clear()
    return this.#write(due)
  }

  /** What is noted while a batch is written shares the next. */
  #write(due: readonly Counted[]): Promise<void> {
    this.#due.push(...due)
    return (this.#writing ??= this.#drain())
  }

  async #drain(): Promise<void> {
    await new Promise(setImmediate)
    while (this.#due.length > 0) await this.#append(this.#due.splice(0, 1000))
    this.#writing = undefined
  }

  async #append(batch: readonly Counted[]): Promise<void> {
    // What was noted just before a window ended is there twice: for itself, and as part of the window.
    const entries = [...new Set(batch)].filter(({ count }) => count > 0)
    const counts = entries.map(({ count }) => count)
    for (const counted of entries) counted.count = 0
    try {
      const registered = await this.#registered(entries)
      await Promise.all(
        entries.map(({ entry, origin }, index) => {
          const patientIds = entry.patientIds.filter((id) => registered.has(`${entry.hospitalId ?? ''} ${id}`))
          const detail = { ...entry.detail, count: counts[index] ?? 0 }
          return this.#readLog.record({ ...entry, patientIds, detail, origin })
        }),
      )
    } catch {
      // The database is away, which the requests themselves say. What was counted is written with the next window.
      for (const [index, counted] of entries.entries()) {
        counted.count += counts[index] ?? 0
        if (this.#counted.size < keysAtMost) this.#counted.set(`kept ${index} ${counted.origin.requestId}`, counted)
      }
    }
  }

  /** Of the patients meant those who are the hospital's: an entry names nobody who is none of its patients. */
  async #registered(entries: readonly Counted[]): Promise<Set<string>> {
    const named = entries.filter(({ entry }) => entry.hospitalId !== null && entry.patientIds.length > 0)
    if (named.length === 0) return new Set()
    const rows = await this.#sql<{ key: string }>({
      name: 'refusal_registered',
      text: `select hospital_id || ' ' || patient_id key from registration
              where hospital_id = any($1) and patient_id = any($2)`,
      values: [named.map(({ entry }) => entry.hospitalId), named.flatMap(({ entry }) => entry.patientIds)],
    })
    return new Set(rows.map(({ key }) => key))
  }
}

const recorded: ReadonlySet<ErrorCode> = new Set([
  'forbidden',
  'not_found',
  'credentials_wrong',
  'locked_out',
  'step_up_required',
])

function crowd(entry: AuditEntry): AuditEntry {
  return { ...entry, resource: { ...entry.resource, id: null }, patientIds: [] }
}
