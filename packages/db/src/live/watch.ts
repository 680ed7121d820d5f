import { recordRead } from '../audit/record-read.ts'
import type { Query } from '../database/sql.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import type { FeedListener } from './hospital-feed.ts'
import { type Look, onOneSnapshot } from './look.ts'
import { scopeOf } from '../row-security/scope.ts'
import { Mailbox } from './mailbox.ts'
import { isOlder, isSeen, type Snapshot } from './snapshot.ts'
import { assertSessionStands } from './still-allowed.ts'

export interface WatchOptions {
  signal: AbortSignal
  /** While true the consumer's connection is full: frames wait and merge. */
  isCongested?: () => boolean
}

/** One stream's own part of the work. */
export interface Watched<Frame> {
  hospitalId: string
  patientId: string | null
  action: string
  resource: { type: string; id: string | null }
  /** The frame to begin with, read on one snapshot. Called once, after joining. */
  begin: (sql: Query) => Promise<Frame>
  /** When access changed: what is shown anew, with all that happened behind the cursor. Absent where access is all or nothing. */
  renew?: (sql: Query, since: Snapshot) => Promise<Frame>
  /** Whether to show anew after `authorise`; when not given, whenever access changed. */
  isStale?: (hasAccessChanged: boolean) => boolean
  /** What a look means to this stream; undefined when nothing of it concerns this one. */
  frameOf: (look: Look) => Frame | undefined
  /** What two frames say together. What a renewed frame no longer shows is not told with it either. */
  merge: (older: Frame, newer: Frame) => Frame
  /** Whose records a frame discloses. */
  patientsOf: (frame: Frame) => readonly string[]
  /** Asked at the beginning, when access changed, and every so often: throws when it is over. */
  authorise: () => Promise<void>
}

/** A frame and the cursor to resume behind it; a heartbeat has no frame. */
export interface Beat<Frame> {
  cursor: string
  frame: Frame | null
}

const heartbeatMs = 5_000
const reauthoriseMs = 15_000
const congestionPollMs = 25

/**
 * The loop of every live stream: first frame, then what each look brings, each with the snapshot to resume from. Beats
 * without a frame every five seconds for as long as the database is looked at, so that a silent line, or a server that has
 * lost its database, is told from a quiet ward. Ends with the error a new request would get as soon as access is lost.
 */
export async function* watch<Frame>(
  ctx: Ctx,
  watched: Watched<Frame>,
  { signal, isCongested = () => false }: WatchOptions,
): AsyncGenerator<Beat<Frame>, void> {
  interface Delivery {
    frame: Frame | null
    snapshot: Snapshot
  }
  const mailbox = new Mailbox<Delivery>((older, newer) => ({
    snapshot: newer.snapshot,
    frame:
      older.frame === null ? newer.frame : newer.frame === null ? older.frame : watched.merge(older.frame, newer.frame),
  }))
  /** Undefined until the first frame is there, and while it is renewed; looks that come meanwhile wait. */
  let seen: Snapshot | undefined
  const early: Look[] = []
  const listener: FeedListener = {
    patientId: watched.patientId,
    fail: (error) => mailbox.fail(error),
    take: (look) => {
      if (seen === undefined) {
        early.push(look)
        return
      }
      const had = seen
      // A look from before the first frame has nothing for this stream, and its snapshot must not become the cursor.
      if (isOlder(look.snapshot, had)) return
      // The first look after joining may repeat what the first frame has; every later one begins where the last ended.
      // What it left out cannot be told apart so: rather counted twice than not at all.
      const news: Look = {
        ...look,
        tiles: look.tiles.filter(({ xid }) => !isSeen(xid, had)),
        readings: look.readings.filter(({ xid }) => !isSeen(xid, had)),
        events: look.events.filter(({ xid }) => !isSeen(xid, had)),
      }
      seen = look.snapshot
      mailbox.put({ frame: watched.frameOf(news) ?? null, snapshot: look.snapshot })
    },
  }
  const onBehalf = { scoped: ctx.db.scoped, scope: scopeOf(ctx.actor) }
  const disclosed = new Set<string>()
  /** On record before it is sent, once a stream: in the beginning, and when somebody comes who was not shown before. */
  const disclose = async (frame: Frame, { isFirst }: { isFirst: boolean }) => {
    const patientIds = [...new Set(watched.patientsOf(frame))].filter((patientId) => !disclosed.has(patientId))
    if (patientIds.length === 0 && !isFirst) return
    await recordRead(ctx, {
      hospitalId: watched.hospitalId,
      action: watched.action,
      resource: watched.resource,
      patientIds,
    })
    for (const patientId of patientIds) disclosed.add(patientId)
  }
  const standOn = (snapshot: Snapshot) => {
    seen = snapshot
    for (const look of early.splice(0)) listener.take(look)
  }
  const reauthorise = async ({ hasChanged }: { hasChanged: boolean }) => {
    try {
      await assertSessionStands(ctx)
      await watched.authorise()
      const { renew, isStale = (hasAccessChanged) => hasAccessChanged } = watched
      if (!renew || !isStale(hasChanged) || seen === undefined) return
      const since = seen
      seen = undefined
      const { snapshot, found } = await onOneSnapshot(onBehalf, (sql) => renew(sql, since))
      mailbox.put({ frame: found, snapshot })
      standOn(snapshot)
    } catch (error) {
      mailbox.fail(error)
    }
  }
  // One after the other: each begins where the one before ended.
  let checking = Promise.resolve()
  const check = (hasChanged: boolean) => {
    checking = checking.then(() => reauthorise({ hasChanged }))
  }
  const { actor } = ctx
  const leaveBus = ctx.db.bus.subscribe((message) => {
    const concerns =
      (message.type === 'access' && (message.hospitalId === null || message.hospitalId === watched.hospitalId)) ||
      (message.type === 'session-ended' && actor.kind === 'user' && message.userId === actor.userId)
    if (concerns) check(true)
  })
  const timer = setInterval(() => check(false), reauthoriseMs)
  const leaveFeed = await ctx.db.feeds.of(watched.hospitalId).add(listener)
  try {
    const { snapshot, found: first } = await onOneSnapshot(onBehalf, watched.begin)
    standOn(snapshot)
    await disclose(first, { isFirst: true })
    yield { cursor: snapshot.text, frame: first }
    let cursor = snapshot.text
    let beatAt = Date.now()
    let hasLooked = false
    while (!signal.aborted) {
      await mailbox.wait(Math.max(1, beatAt + heartbeatMs - Date.now()), signal)
      // Taken out only when there is room: until then what comes merges.
      while (isCongested() && !signal.aborted && !mailbox.hasFailed) {
        await new Promise((wake) => setTimeout(wake, congestionPollMs))
      }
      const delivery = mailbox.take()
      if (delivery) {
        cursor = delivery.snapshot.text
        hasLooked = true
      }
      if (signal.aborted) return
      const frame = delivery?.frame ?? null
      if (frame === null && Date.now() < beatAt + heartbeatMs) continue
      beatAt = Date.now()
      // A beat says that what is shown is the present. Without a look since the last one, nobody knows that.
      if (!hasLooked) continue
      hasLooked = false
      if (frame !== null) await disclose(frame, { isFirst: false })
      yield { cursor, frame }
    }
  } finally {
    leaveFeed()
    leaveBus()
    clearInterval(timer)
  }
}

/** @throws DomainError `invalid` for a cursor that is none of ours */
export function cursorError(): DomainError {
  return new DomainError('invalid', 'lastEventId: the id of an event this stream sent.', { field: 'lastEventId' })
}

/** Ends a stream rather than lose an alarm: the client resumes behind its cursor. */
export function tooSlow(): DomainError {
  return new DomainError('too_many', 'This connection is too slow for its alarms; resume behind the last event.')
}
