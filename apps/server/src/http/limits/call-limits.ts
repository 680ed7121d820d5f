import { createHash } from 'node:crypto'
import type { AdmittedCall, Release } from '@chartwire/api'
import { type Actor, DomainError } from '@chartwire/db'
import { TokenBuckets } from './token-buckets.ts'

export interface CallLimitOptions {
  /** Calls a minute and login, by what they cost. */
  perMinute: Record<'read' | 'write' | 'ingest' | 'export', number>
  /** Live streams, and sockets, of one session. */
  streams: number
  now?: () => number
}

/** Sockets of one network address: a whole hospital may be behind it, and nobody has signed in yet. */
const socketsPerAddress = 2_000

/** What one login, session or address may ask of this process, whatever the transport. */
export class CallLimits {
  readonly #buckets: Record<keyof CallLimitOptions['perMinute'], TokenBuckets>
  readonly #streams: Places
  readonly #sockets: Places
  readonly #socketsOfAddress: Places

  constructor({ perMinute, streams, now }: CallLimitOptions) {
    this.#buckets = {
      read: new TokenBuckets(perMinute.read, now),
      write: new TokenBuckets(perMinute.write, now),
      ingest: new TokenBuckets(perMinute.ingest, now),
      export: new TokenBuckets(perMinute.export, now),
    }
    this.#streams = new Places(streams)
    this.#sockets = new Places(streams)
    this.#socketsOfAddress = new Places(Math.max(socketsPerAddress, streams))
  }

  /** @throws DomainError `too_many` with `retryAfter`; else a stream's place to give back, and for other calls nothing */
  admit({ actor, type, load }: AdmittedCall, address: string): Release | undefined {
    const wait = this.#buckets[load ?? (type === 'mutation' ? 'write' : 'read')].take(callerKey(actor, address))
    if (wait !== null) throw tooMany('Too many requests; slow down.', wait)
    return type === 'subscription' ? this.#streams.take(sessionKey(actor, address), 'live streams') : undefined
  }

  /** The place of a socket, before anybody knows who is at its end. @throws DomainError `too_many` */
  openSocket(address: string): Release {
    return this.#socketsOfAddress.take(address, 'connections')
  }

  /** The place of a socket that has said who it is, besides. @throws DomainError `too_many` */
  introduceSocket(token: string): Release {
    return this.#sockets.take(digest(token), 'connections')
  }
}

/** Places that are held for a while, so many a holder. */
class Places {
  readonly #held = new Map<string, number>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  take(holder: string, what: string): Release {
    const held = this.#held.get(holder) ?? 0
    if (held >= this.#most) throw tooMany(`At most ${this.#most} ${what} at a time.`, 5)
    this.#held.set(holder, held + 1)
    return once(() => {
      const left = (this.#held.get(holder) ?? 1) - 1
      if (left === 0) this.#held.delete(holder)
      else this.#held.set(holder, left)
    })
  }
}

function once(release: Release): Release {
  let isHeld = true
  return () => {
    if (isHeld) release()
    isHeld = false
  }
}

function tooMany(message: string, retryAfter: number): DomainError {
  return new DomainError('too_many', message, { retryAfter })
}

/** More sessions are no more allowance. */
function callerKey(actor: Actor, address: string): string {
  return actor.kind === 'user' ? actor.userId : address
}

function sessionKey(actor: Actor, address: string): string {
  return actor.kind === 'user' ? actor.sessionId : address
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
