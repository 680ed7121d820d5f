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
  /** The frame to begin with and whose records it discloses, read on one snapshot. Called once, after joining. */
  begin: (sql: Query) => Promise<Begun<Frame>>
  /** When access changed: what is shown anew, with all that happened behind the cursor. Absent where access is all or nothing. */
  renew?: (sql: Query, since: Snapshot) => Promise<Begun<Frame>>
  /** What a look means to this stream; undefined when nothing of it concerns this one. */
  frameOf: (look: Look) => Frame | undefined
  merge: (older: Frame, newer: Frame) => Frame
  /** Asked at the beginning, when access changed, and every so often: throws when it is over. */
  authorise: () => Promise<void>
}

interface Begun<Frame> {
  first: Frame
  patientIds: readonly string[]
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
 * without a frame every five seconds, so that a silent line is told from a quiet ward. Ends with the error a new request
 * would get as soon as access is lost.
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
      const news: Look = {
        snapshot: look.snapshot,
        tiles: look.tiles.filter(({ xid }) => !isSeen(xid, had)),
        readings: look.readings.filter(({ xid }) => !isSeen(xid, had)),
        events: look.events.filter(({ xid }) => !isSeen(xid, had)),
      }
      seen = look.snapshot
      mailbox.put({ frame: watched.frameOf(news) ?? null, snapshot: look.snapshot })
    },
  }
  const onBehalf = { scoped: ctx.db.scoped, scope: scopeOf(ctx.actor) }
  const disclose = (patientIds: readonly string[]) =>
    recordRead(ctx, {
      hospitalId: watched.hospitalId,
      action: watched.action,
      resource: watched.resource,
      patientIds,
    })
  const standOn = (snapshot: Snapshot) => {
    seen = snapshot
    for (const look of early.splice(0)) listener.take(look)
  }
  const reauthorise = async ({ hasChanged }: { hasChanged: boolean }) => {
    try {
      await assertSessionStands(ctx)
      await watched.authorise()
      const { renew } = watched
      if (!hasChanged || !renew || seen === undefined) return
      const since = seen
      seen = undefined
      const { snapshot, found } = await onOneSnapshot(onBehalf, (sql) => renew(sql, since))
      await disclose(found.patientIds)
      mailbox.put({ frame: found.first, snapshot })
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
    const { snapshot, found } = await onOneSnapshot(onBehalf, watched.begin)
    const { first, patientIds } = found
    standOn(snapshot)
    await disclose(patientIds)
    yield { cursor: snapshot.text, frame: first }
    let cursor = snapshot.text
    let beatAt = Date.now()
    while (!signal.aborted) {
      await mailbox.wait(Math.max(1, beatAt + heartbeatMs - Date.now()), signal)
      // Taken out only when there is room: until then what comes merges.
      while (isCongested() && !signal.aborted && !mailbox.hasFailed) {
        await new Promise((wake) => setTimeout(wake, congestionPollMs))
      }
      const delivery = mailbox.take()
      if (delivery) cursor = delivery.snapshot.text
      if (signal.aborted) return
      const frame = delivery?.frame ?? null
      if (frame === null && Date.now() < beatAt + heartbeatMs) continue
      beatAt = Date.now()
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
