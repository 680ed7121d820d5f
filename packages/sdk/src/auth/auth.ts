import { type ApiError, isApiError } from '../errors.ts'
import { isAnonymous } from '../links/headers.ts'
import type { Api, Inputs, Me } from '../router.ts'
import { type PasskeyRequest, SecondFactorRequired } from './second-factor.ts'
import { loginOf, type Session } from './session.ts'
import type { Caller, SessionState } from './session-state.ts'

export type Credentials = Pick<Inputs['identity']['signIn'], 'email' | 'password'>

export type PasskeyAnswer = Inputs['identity']['passkeySignIn']['response']

/** Marks the call that asks whether the session stands, so that its own failure does not ask again. */
export const isSessionCheck = 'isSessionCheck'

/** Signing in and out, and what is known of the login. */
export class Auth {
  readonly #api: Api
  readonly #state: SessionState
  /** The question under way, and for which login. */
  #asking: { login: string | null; answer: Promise<Me> } | undefined
  #isSigningOut = false

  constructor(api: Api, state: SessionState) {
    this.#api = api
    this.#state = state
  }

  get session(): Session | null {
    return this.#state.current
  }

  /** Calls back with every new session, or null when it ended; gives back how to stop. */
  onChange(listener: (session: Session | null) => void): () => void {
    return this.#state.onChange(({ session }) => listener(session))
  }

  /** Counts the logins of this client: the same as long as what may be seen is the same, whatever the token. */
  get login(): number {
    return this.#state.caller.login
  }

  /**
   * @throws ApiError `credentials_wrong`, `locked_out`
   * @throws SecondFactorRequired which completes the sign-in
   */
  async signIn({ email, password }: Credentials): Promise<Session> {
    const cookie = this.#state.store.mode === 'cookie'
    const context = { [isAnonymous]: true }
    const { identity } = this.#api
    const answer = await identity.signIn.mutate({ email, password, cookie }, { context })
    if (answer.state === 'signed-in') return this.#begin(answer)
    const { ticket, methods, expiresAt } = answer
    throw new SecondFactorRequired({
      methods,
      expiresAt,
      complete: async (proof) =>
        this.#begin(await identity.completeSignIn.mutate({ ticket, proof, cookie }, { context })),
      passkeyOptions: () => identity.passkeySignInOptions.mutate({ ticket }, { context }),
    })
  }

  /** Signs in with a passkey alone: `ask` shows the browser's dialogue and gives back what it answers. */
  async signInWithPasskey(ask: (options: PasskeyRequest) => Promise<PasskeyAnswer>): Promise<Session> {
    const cookie = this.#state.store.mode === 'cookie'
    const context = { [isAnonymous]: true }
    const { identity } = this.#api
    const response = await ask(await identity.passkeySignInOptions.mutate({}, { context }))
    return this.#begin(await identity.passkeySignIn.mutate({ response, cookie }, { context }))
  }

  #begin({ token, user, expiresAt }: Omit<Session, 'actingAs'>): Session {
    return this.#state.begin({ token, user, expiresAt })
  }

  /** Forgets the session here in any case; fails when the server could not be told. */
  async signOut(): Promise<void> {
    this.#isSigningOut = true
    try {
      await this.#api.identity.signOut.mutate()
    } catch (error) {
      if (!isApiError(error, 'unauthenticated')) throw error
    } finally {
      this.#isSigningOut = false
      this.#state.end('signed-out')
    }
  }

  /** Who is signed in, and as what they may act. Callers at the same time share one request. */
  me(): Promise<Me> {
    const login = loginOf(this.#state.current)
    if (this.#asking?.login === login) return this.#asking.answer
    const answer = this.#ask().finally(() => {
      if (this.#asking?.answer === answer) this.#asking = undefined
    })
    this.#asking = { login, answer }
    return answer
  }

  /** The session the browser's cookie or the store holds, when the server still knows it; null otherwise. */
  async restore(): Promise<Session | null> {
    if (this.#state.current === null && this.#state.store.mode === 'token') return null
    try {
      await this.me()
    } catch (error) {
      if (!isApiError(error, 'unauthenticated')) throw error
    }
    return this.#state.current
  }

  /**
   * After an answer `unauthenticated` to a call: whether another try makes sense, because its session stands after all.
   * However many calls fail together, the server is asked once, and a session that is no more ends once.
   */
  async standsAfter(caller: Caller): Promise<boolean> {
    if (!caller.isSignedIn || caller.login !== this.#state.caller.login) return false
    try {
      await this.me()
      return true
    } catch {
      // Without an answer nothing is known: the caller gets its own error, the session stays.
      return false
    }
  }

  async #ask(): Promise<Me> {
    const asked = this.#state.current
    try {
      const me = await this.#api.identity.me.query(undefined, { context: { [isSessionCheck]: true } })
      if (asked) {
        if (this.#state.current?.token === asked.token) this.#state.change({ user: me.user })
      } else if (this.#state.current === null) this.#state.begin({ token: null, user: me.user, expiresAt: null })
      return me
    } catch (error) {
      const isSame = this.#state.current?.token === asked?.token
      if (isSame && isApiError(error, 'unauthenticated')) {
        // A stream may hear of signing out before the one who does it.
        this.#state.end(this.#isSigningOut ? 'signed-out' : 'expired')
      }
      if (isSame && isLostCapacity(error) && this.#state.actingAs !== null) {
        this.#state.actAs(null)
        return this.#ask()
      }
      throw error
    }
  }
}

/** A membership that ended since it was chosen must not keep its holder from choosing another. */
function isLostCapacity(error: unknown): error is ApiError {
  return isApiError(error, 'not_found') && error.data.resource === 'capacity'
}
