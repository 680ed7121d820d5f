import { loginOf, type Session, type SessionStore } from './session.ts'

/** Why a session is no more: its owner signed out, or the server does not know it any longer. */
export type SessionEnd = 'signed-out' | 'expired'

export interface SessionChange {
  session: Session | null
  previous: Session | null
  end: SessionEnd | null
  /** The same login with another token. */
  isRenewal: boolean
}

/** Who a call is made as, settled when it is made: it is never sent as somebody else. */
export interface Caller {
  token: string | null
  actingAs: string | null
  /** Counts the logins of a client. */
  login: number
  isSignedIn: boolean
}

/** The current session and who wants to hear of its changes. */
export class SessionState {
  readonly store: SessionStore
  #session: Session | null
  #login = 0
  /** Chosen before anybody signed in. */
  #preset: string | null
  readonly #listeners = new Set<(change: SessionChange) => void>()
  readonly #leaveStore: (() => void) | undefined

  constructor(store: SessionStore, actingAs: string | null) {
    this.store = store
    this.#preset = actingAs
    this.#session = store.read()
    if (this.#session && actingAs !== null) this.#session = { ...this.#session, actingAs }
    this.#leaveStore = store.onChange?.(() => {
      const session = store.read()
      const isRenewal = isSamePerson(session, this.#session)
      this.#become(session, { end: session ? null : 'signed-out', isRenewal })
    })
  }

  get current(): Session | null {
    return this.#session
  }

  get actingAs(): string | null {
    return this.#session ? this.#session.actingAs : this.#preset
  }

  get caller(): Caller {
    const isSignedIn = this.#session !== null
    return { token: this.#session?.token ?? null, actingAs: this.actingAs, login: this.#login, isSignedIn }
  }

  begin(session: Omit<Session, 'actingAs'>): Session {
    return this.#keep({ ...session, actingAs: this.#preset }, null)
  }

  change(part: Partial<Session>): void {
    if (this.#session) this.#keep({ ...this.#session, ...part }, null)
  }

  /** Another token for the same login: nothing of what it sees changes. */
  renew(part: Pick<Session, 'token' | 'expiresAt'>): void {
    if (!this.#session) return
    const session = { ...this.#session, ...part }
    this.store.write(session)
    this.#become(session, { end: null, isRenewal: true })
  }

  actAs(actingAs: string | null): void {
    if (this.#session) this.change({ actingAs })
    else this.#preset = actingAs
  }

  end(end: SessionEnd): void {
    if (this.#session === null) return
    this.#preset = null
    this.#keep(null, end)
  }

  onChange(listener: (change: SessionChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#leaveStore?.()
    this.#listeners.clear()
  }

  #keep<S extends Session | null>(session: S, end: SessionEnd | null): S {
    this.store.write(session)
    this.#become(session, { end, isRenewal: false })
    return session
  }

  #become(session: Session | null, { end, isRenewal }: Pick<SessionChange, 'end' | 'isRenewal'>): void {
    const previous = this.#session
    this.#session = session
    if (!isRenewal && loginOf(session) !== loginOf(previous)) this.#login += 1
    for (const listener of this.#listeners) listener({ session, previous, end, isRenewal })
  }
}

/** Another tab gave the session another token, or the same person signed in there. */
function isSamePerson(session: Session | null, previous: Session | null): boolean {
  const [user, actingAs] = [session?.user?.id, session?.actingAs]
  return user !== undefined && user === previous?.user?.id && actingAs === previous.actingAs
}
