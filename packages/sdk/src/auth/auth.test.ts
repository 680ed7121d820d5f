import { describe, expect, test } from 'vitest'
import { data, failure, fakeFetch, type Sent } from '../../test/fake-fetch.ts'
import {
  cookieSession,
  createClient,
  isApiError,
  isConnectionError,
  memorySession,
  SecondFactorRequired,
  type StorageLike,
  webStorageSession,
} from '../index.ts'

const url = 'http://server.test'
const user = { id: 'u1', name: 'Nora Nurse' }
const me = { user, actingAs: null, capacities: [] }
const expiresAt = '2026-11-23T00:00:00.000Z'

function signsIn(request: Sent) {
  return request.paths[0] === 'identity.signIn'
    ? data({ state: 'signed-in', token: 't1', expiresAt, user }, request)
    : data(me, request)
}

describe('a storm of refusals', () => {
  test('many calls refused together ask once and end the session once', async () => {
    const { fetch, sent } = fakeFetch((request) => failure('unauthenticated', request))
    let ended = 0
    const client = createClient({ url, fetch, session: memorySession('old'), onSessionEnded: () => (ended += 1) })
    const calls = Array.from({ length: 50 }, (_, index) =>
      index % 2 === 0
        ? client.api.hospitals.wards.query()
        : client.api.hospitals.createWard.mutate({ name: `Ward ${index}` }),
    )
    const outcomes = await Promise.allSettled(calls)
    for (const outcome of outcomes) {
      expect(outcome.status === 'rejected' && isApiError(outcome.reason, 'unauthenticated')).toBe(true)
    }
    expect(sent.filter(({ paths }) => paths.includes('identity.me'))).toHaveLength(1)
    expect(ended).toBe(1)
    expect(client.auth.session).toBeNull()
  })

  test('a session that stands after all keeps its calls: each is sent once more', async () => {
    const refused = new Set<string>()
    const { fetch, sent } = fakeFetch((request) => {
      if (request.paths[0] === 'identity.me') return data(me, request)
      const key = request.headers['idempotency-key'] ?? ''
      if (refused.has(key)) return data({ id: 'w', name: 'Ward' }, request)
      refused.add(key)
      return failure('unauthenticated', request)
    })
    let ended = 0
    const client = createClient({ url, fetch, session: memorySession('t'), onSessionEnded: () => (ended += 1) })
    await Promise.all(Array.from({ length: 20 }, () => client.api.hospitals.createWard.mutate({ name: 'Ward' })))
    expect(sent.filter(({ paths }) => paths[0] === 'identity.me')).toHaveLength(1)
    expect(sent.filter(({ paths }) => paths[0] === 'hospitals.createWard')).toHaveLength(40)
    expect(ended).toBe(0)
  })

  test('a refusal that comes after signing in anew does not end the new session', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>()
    const { fetch } = fakeFetch(async (request) => {
      if (request.paths[0] !== 'hospitals.wards') return signsIn(request)
      isAsked()
      await held
      return failure('unauthenticated', request)
    })
    const client = createClient({ url, fetch, session: memorySession('old') })
    const late = client.api.hospitals.wards.query()
    await asked
    await client.auth.signIn({ email: 'nora@example.org', password: 'x' })
    release()
    await expect(late).rejects.toSatisfy((error) => isApiError(error, 'unauthenticated'))
    expect(client.auth.session?.token).toBe('t1')
  })

  test('what one nurse did is never done in the name of the next', async () => {
    const { fetch, sent } = fakeFetch((request) => {
      if (request.paths[0] === 'hospitals.createWard') throw new TypeError('fetch failed')
      return signsIn(request)
    })
    const client = createClient({ url, fetch, retry: { baseMs: 40 }, session: memorySession('old') })
    const waiting = client.api.hospitals.createWard.mutate({ name: 'Ward' })
    const outcome = waiting.catch((error: unknown) => error)
    await client.auth.signOut().catch(() => undefined)
    await client.auth.signIn({ email: 'nora@example.org', password: 'x' })
    const error = await outcome
    expect(error).toHaveProperty('message', expect.stringContaining('Another login'))
    expect(isConnectionError(error)).toBe(false)
    const attempts = sent.filter(({ paths }) => paths[0] === 'hospitals.createWard')
    expect(attempts.map(({ headers }) => headers['authorization'])).toEqual(['Bearer old'])
  })

  test('without an answer to the question the session stays', async () => {
    const { fetch } = fakeFetch((request) => {
      if (request.paths[0] === 'identity.me') throw new TypeError('fetch failed')
      return failure('unauthenticated', request)
    })
    const client = createClient({ url, fetch, retry: false, session: memorySession('t') })
    await expect(client.api.hospitals.wards.query()).rejects.toSatisfy((error) => isApiError(error, 'unauthenticated'))
    expect(client.auth.session?.token).toBe('t')
  })
})

describe('signing in and out', () => {
  test('concurrent callers of me() share one request', async () => {
    const { fetch, sent } = fakeFetch((request) => data(me, request))
    const { auth } = createClient({ url, fetch, session: memorySession('t') })
    const answers = await Promise.all([auth.me(), auth.me(), auth.me()])
    expect(answers).toEqual([me, me, me])
    expect(sent).toHaveLength(1)
    expect(auth.session?.user).toEqual(user)
  })

  test('who asks after signing in anew is not told about the login before', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const { fetch } = fakeFetch(async (request) => {
      if (request.headers['authorization'] !== 'Bearer old') return signsIn(request)
      await held
      return data({ ...me, user: { id: 'u0', name: 'Olga Other' } }, request)
    })
    const { auth } = createClient({ url, fetch, session: memorySession('old') })
    const before = auth.me()
    await auth.signIn({ email: 'nora@example.org', password: 'x' })
    expect((await auth.me()).user.id).toBe('u1')
    release()
    expect((await before).user.id).toBe('u0')
    expect(auth.session?.user).toEqual(user)
  })

  test('signing in carries nothing of the login before', async () => {
    const { fetch, sent } = fakeFetch(signsIn)
    const { auth } = createClient({ url, fetch, session: memorySession('old'), actingAs: 'gone' })
    await auth.signIn({ email: 'a@b.c', password: 'x' })
    expect(Object.keys(sent[0]?.headers ?? {}).sort()).toEqual(['content-type', 'idempotency-key', 'x-request-id'])
  })

  test('a call refused while signing out does not make it look like an expired session', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const { fetch } = fakeFetch(async (request) => {
      if (request.paths[0] !== 'identity.signOut') return failure('unauthenticated', request)
      await held
      return data({ signedOut: true }, request)
    })
    let ended = 0
    const client = createClient({ url, fetch, session: memorySession('t'), onSessionEnded: () => (ended += 1) })
    const leaving = client.auth.signOut()
    await expect(client.api.hospitals.wards.query()).rejects.toThrow()
    release()
    await leaving
    expect(ended).toBe(0)
    expect(client.auth.session).toBeNull()
  })

  test('wrong credentials are an answer about credentials, not about a session', async () => {
    const { fetch, sent } = fakeFetch((request) => failure('credentials_wrong', request))
    const { auth } = createClient({ url, fetch })
    await expect(auth.signIn({ email: 'a@b.c', password: 'x' })).rejects.toSatisfy((error) =>
      isApiError(error, 'credentials_wrong'),
    )
    expect(sent).toHaveLength(1)
  })

  test('signing out forgets the session even when the server cannot be told, and says so', async () => {
    const { fetch } = fakeFetch(() => Promise.reject(new TypeError('fetch failed')))
    let ended = 0
    const client = createClient({
      url,
      fetch,
      retry: false,
      session: memorySession('t'),
      onSessionEnded: () => (ended += 1),
    })
    await expect(client.auth.signOut()).rejects.toThrow()
    expect(client.auth.session).toBeNull()
    expect(ended).toBe(0)
  })

  test('a membership that ended does not lock its holder out of choosing another', async () => {
    const { fetch, sent } = fakeFetch((request) =>
      request.headers['x-acting-as'] === undefined
        ? data(me, request)
        : failure('not_found', request, { resource: 'capacity' }),
    )
    const { auth } = createClient({ url, fetch, session: memorySession('t'), actingAs: 'gone' })
    await expect(auth.me()).resolves.toEqual(me)
    expect(sent.map(({ headers }) => headers['x-acting-as'])).toEqual(['gone', undefined])
  })

  test('the chosen capacity is sent from then on, before and after signing in', async () => {
    const { fetch, sent } = fakeFetch(signsIn)
    const client = createClient({ url, fetch, actingAs: 'first' })
    await client.auth.signIn({ email: 'a@b.c', password: 'x' })
    await client.auth.me()
    client.actAs('second')
    await client.auth.me()
    expect(sent.map(({ headers }) => headers['x-acting-as'])).toEqual([undefined, 'first', 'second'])
  })
})

describe('a second factor', () => {
  const step = { state: 'second-factor', ticket: 'k1', expiresAt, methods: ['totp', 'recovery-code'] }
  const secondStep = (request: Sent) => {
    if (request.paths[0] === 'identity.signIn') return data(step, request)
    return JSON.parse(request.init.body ?? '{}').proof.code === '123456'
      ? data({ state: 'signed-in', token: 't1', expiresAt, user }, request)
      : failure('credentials_wrong', request)
  }

  test('is asked for by an error that completes the sign-in, and may be tried again', async () => {
    const { fetch, sent } = fakeFetch(secondStep)
    const { auth } = createClient({ url, fetch })
    const asked = await auth.signIn({ email: 'a@b.c', password: 'x' }).catch((error: unknown) => error)
    if (!(asked instanceof SecondFactorRequired)) throw new Error('No second factor was asked for.')
    expect(asked.methods).toEqual(['totp', 'recovery-code'])
    expect(auth.session).toBeNull()
    await expect(asked.complete({ method: 'totp', code: '000000' })).rejects.toSatisfy((error) =>
      isApiError(error, 'credentials_wrong'),
    )
    await asked.complete({ method: 'totp', code: '123456' })
    expect(auth.session?.token).toBe('t1')
    expect(JSON.parse(sent.at(-1)?.init.body ?? '')).toMatchObject({ ticket: 'k1', cookie: false })
  })
})

describe('a session that is renewed', () => {
  test('goes on with the new token, as the same login, and calls that were under way are sent again with it', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>()
    const { fetch, sent } = fakeFetch(async (request) => {
      const token = request.headers['authorization']
      if (request.paths[0] === 'identity.stepUp') {
        return data({ session: { token: 'new', expiresAt }, steppedUpUntil: expiresAt }, request)
      }
      if (request.paths[0] === 'identity.me') return data(me, request)
      isAsked()
      await held
      return token === 'Bearer new' ? data([], request) : failure('unauthenticated', request)
    })
    let ended = 0
    const client = createClient({ url, fetch, session: memorySession('old'), onSessionEnded: () => (ended += 1) })
    const { login } = client.auth
    const underWay = client.api.hospitals.wards.query()
    await asked
    await client.api.identity.stepUp.mutate({ proof: { method: 'password', password: 'x' } })
    expect(client.auth.session?.token).toBe('new')
    release()
    await expect(underWay).resolves.toEqual([])
    expect(sent.filter(({ paths }) => paths[0] === 'hospitals.wards')).toHaveLength(2)
    expect({ login: client.auth.login, ended }).toEqual({ login, ended: 0 })
  })
})

describe('cookie mode', () => {
  test('asks for a cookie, holds no token, and marks what it sends as its own', async () => {
    const { fetch, sent } = fakeFetch((request) =>
      request.paths[0] === 'identity.signIn'
        ? data({ state: 'signed-in', token: null, expiresAt, user }, request)
        : data(me, request),
    )
    const client = createClient({ url, fetch, session: cookieSession() })
    await client.auth.signIn({ email: 'a@b.c', password: 'x' })
    await client.auth.me()
    expect(JSON.parse(sent[0]?.init.body ?? '')).toMatchObject({ cookie: true })
    for (const { headers, init } of sent) {
      expect(init.credentials).toBe('include')
      expect(headers['x-chartwire-client']).toBe('browser')
      expect(headers['authorization']).toBeUndefined()
    }
  })

  test('after a page load the cookie is found by asking', async () => {
    const known = fakeFetch((request) => data(me, request))
    const client = createClient({ url, fetch: known.fetch, session: cookieSession() })
    await expect(client.auth.restore()).resolves.toMatchObject({ token: null, user })

    const unknown = fakeFetch((request) => failure('unauthenticated', request))
    let ended = 0
    const stranger = createClient({
      url,
      fetch: unknown.fetch,
      session: cookieSession(),
      onSessionEnded: () => (ended += 1),
    })
    await expect(stranger.auth.restore()).resolves.toBeNull()
    expect(ended).toBe(0)
  })
})

describe('Web Storage', () => {
  function storage(): StorageLike & { kept: Map<string, string> } {
    const kept = new Map<string, string>()
    return {
      kept,
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    }
  }

  test('a session outlives the page and is gone after signing out', async () => {
    const kept = storage()
    const { fetch } = fakeFetch(signsIn)
    const first = createClient({ url, fetch, session: webStorageSession(kept) })
    await first.auth.signIn({ email: 'a@b.c', password: 'x' })
    const second = createClient({ url, fetch, session: webStorageSession(kept) })
    expect(second.auth.session).toEqual({ token: 't1', user, expiresAt, actingAs: null })
    await second.auth.signOut()
    expect(kept.kept.size).toBe(0)
  })

  test('what is stored there and is no session is nobody signed in', () => {
    for (const text of ['', '{', 'null', '[]', '{"token":7}']) {
      const kept = storage()
      kept.setItem('chartwire.session', text)
      expect(createClient({ url, session: webStorageSession(kept) }).auth.session).toBeNull()
    }
  })
})
