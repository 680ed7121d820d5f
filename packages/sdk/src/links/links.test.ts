import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { badGateway, data, failure, fakeFetch, refusal } from '../../test/fake-fetch.ts'
import { createClient, isApiError, isConnectionError, memorySession } from '../index.ts'

const url = 'http://server.test'
const patience = { baseMs: 1, maxMs: 5_000 }
const patientId = '0195d3a0-0000-7000-8000-000000000001'
const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('headers', () => {
  test('the token and the capacity travel in headers, never in a URL', async () => {
    const { fetch, sent } = fakeFetch((request) => data({ items: [], next: null }, request))
    const client = createClient({ url, fetch, session: memorySession('s3cret'), actingAs: 'capacity-1' })
    await client.api.patients.list.query({ limit: 10 })
    expect(sent[0]?.headers).toMatchObject({ authorization: 'Bearer s3cret', 'x-acting-as': 'capacity-1' })
    expect(sent[0]?.headers['x-request-id']).toMatch(uuidForm)
    expect(String(sent[0]?.url)).not.toContain('s3cret')
    expect(String(sent[0]?.url)).not.toContain('capacity-1')
    expect(sent[0]?.init.credentials).toBe('omit')
  })

  test('the purpose of a client goes with every call', async () => {
    const { fetch, sent } = fakeFetch((request) => data({ items: [], next: null }, request))
    await createClient({ url, fetch, purpose: 'research' }).api.patients.list.query({ limit: 10 })
    await createClient({ url, fetch }).api.patients.list.query({ limit: 10 })
    expect(sent.map(({ headers }) => headers['x-purpose'])).toEqual(['research', undefined])
  })

  test('what is searched for is in no URL', async () => {
    const { fetch, sent } = fakeFetch((request) => data({ items: [], next: null }, request))
    await createClient({ url, fetch }).api.patients.search.query({ name: 'Muster' })
    expect(String(sent[0]?.url)).not.toContain('Muster')
    expect(sent[0]?.init.body).toContain('Muster')
  })

  test('queries of one turn share a request, mutations travel alone with a key each', async () => {
    const { fetch, sent } = fakeFetch((request) => data({ removed: true }, request))
    const { api } = createClient({ url, fetch })
    await Promise.all([
      api.system.ping.query(),
      api.hospitals.wards.query(),
      api.patients.remove.mutate({ patientId }),
      api.patients.remove.mutate({ patientId }),
    ])
    expect(sent.map(({ paths, init }) => `${init.method} ${paths.join()}`).sort()).toEqual([
      'POST patients.remove',
      'POST patients.remove',
      'POST system.ping,hospitals.wards',
    ])
    const keys = sent.flatMap(({ headers }) => headers['idempotency-key'] ?? [])
    expect(new Set(keys).size).toBe(2)
    for (const key of keys) expect(key).toMatch(uuidForm)
  })

  test('a caller may bring its own idempotency key', async () => {
    const { fetch, sent } = fakeFetch((request) => data({ removed: true }, request))
    const context = { idempotencyKey: 'import-row-17' }
    await createClient({ url, fetch }).api.patients.remove.mutate({ patientId }, { context })
    expect(sent[0]?.headers['idempotency-key']).toBe('import-row-17')
  })
})

describe('retries', () => {
  test('a mutation keeps its idempotency key through connection loss, a bad gateway and a retryable error', async () => {
    const answers = [
      () => Promise.reject(new TypeError('fetch failed')),
      () => badGateway(),
      (request: Parameters<typeof failure>[1]) => failure('idempotency_in_progress', request, { retryable: true }),
      (request: Parameters<typeof failure>[1]) => data({ removed: true }, request),
    ]
    const { fetch, sent } = fakeFetch((request) => answers[sent.length - 1]?.(request) ?? badGateway())
    const { api } = createClient({ url, fetch, retry: patience })
    await expect(api.patients.remove.mutate({ patientId })).resolves.toEqual({ removed: true })
    expect(sent).toHaveLength(4)
    expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
  })

  test('what will not change by waiting is not sent again', async () => {
    const { fetch, sent } = fakeFetch((request) => failure('bed_taken', request, { field: 'bed' }))
    const { api } = createClient({ url, fetch, retry: patience })
    const error: unknown = await api.patients.remove.mutate({ patientId }).catch((reason: unknown) => reason)
    expect(isApiError(error, 'bed_taken') && error.data.field).toBe('bed')
    expect(isApiError(error, 'not_found')).toBe(false)
    expect(isConnectionError(error)).toBe(false)
    expect(sent).toHaveLength(1)
  })

  test('an answer lost on its way back makes no second credential', async () => {
    const { fetch, sent } = fakeFetch(() => Promise.reject(new TypeError('fetch failed')))
    const { api } = createClient({ url, fetch, retry: patience })
    const error: unknown = await api.hospitals.createGateway
      .mutate({ name: 'Bedside' })
      .catch((reason: unknown) => reason)
    expect(isConnectionError(error)).toBe(true)
    expect(sent).toHaveLength(1)
  })

  test('the server’s own pause is honoured, unless it is longer than anybody waits', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { fetch, sent } = fakeFetch((request) =>
      sent.length === 1 ? failure('too_many', request, { retryable: true, retryAfter: 2 }) : data([], request),
    )
    const query = createClient({ url, fetch, retry: patience }).api.hospitals.wards.query()
    await vi.advanceTimersByTimeAsync(1_990)
    expect(sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(20)
    await expect(query).resolves.toEqual([])
    expect(sent).toHaveLength(2)
    vi.useRealTimers()

    const busy = fakeFetch(() => refusal('too_many', { retryable: true, retryAfter: 60 }))
    const refused = createClient({ url, fetch: busy.fetch, retry: patience }).api.hospitals.wards.query()
    const error: unknown = await refused.catch((reason: unknown) => reason)
    expect(isApiError(error, 'too_many') && error.data.retryAfter).toBe(60)
    expect(busy.sent).toHaveLength(1)
  })

  test('tries end after the attempts allowed; `false` allows one', async () => {
    const { fetch, sent } = fakeFetch(() => badGateway())
    const failing = createClient({ url, fetch, retry: { ...patience, attempts: 3 } }).api.hospitals.wards.query()
    await expect(failing).rejects.toSatisfy(isConnectionError)
    expect(sent).toHaveLength(3)
    await expect(createClient({ url, fetch, retry: false }).api.hospitals.wards.query()).rejects.toSatisfy(
      isConnectionError,
    )
    expect(sent).toHaveLength(4)
  })
})

describe('giving up', () => {
  function hanging() {
    return fakeFetch(
      ({ init }) =>
        new Promise((_, reject) =>
          init.signal?.addEventListener('abort', () => reject(init.signal?.reason), { once: true }),
        ),
    )
  }

  test('no answer in time is a connection error, and the request is taken back', async () => {
    const { fetch, sent } = hanging()
    const query = createClient({ url, fetch, timeoutMs: 20, retry: false }).api.hospitals.wards.query()
    await expect(query).rejects.toSatisfy(isConnectionError)
    expect(sent[0]?.init.signal?.aborted).toBe(true)
  })

  test.each([undefined, 'no longer needed'])(
    'an aborted call (%s) is not retried and is no connection error',
    async (reason) => {
      const { fetch, sent } = hanging()
      const abort = new AbortController()
      const query = createClient({ url, fetch, retry: patience }).api.hospitals.wards.query(undefined, {
        signal: abort.signal,
      })
      setTimeout(() => abort.abort(reason), 10)
      const error: unknown = await query.catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(Error)
      expect(isConnectionError(error)).toBe(false)
      expect(sent).toHaveLength(1)
    },
  )
})

test('a list is fetched page by page as the loop asks for it', async () => {
  const pages: Record<string, unknown> = {
    '': { items: [1, 2], next: 'b' },
    b: { items: [], next: 'c' },
    c: { items: [3], next: null },
  }
  const { fetch, sent } = fakeFetch((request) => {
    const input = JSON.parse(request.init.body ?? '{}') as Record<string, { after?: string }>
    return data(pages[input['0']?.after ?? ''], request)
  })
  const client = createClient({ url, fetch })
  const seen: unknown[] = []
  for await (const item of client.list(client.api.patients.list, { limit: 2 })) seen.push([item, sent.length])
  expect(seen).toEqual([
    [1, 1],
    [2, 1],
    [3, 3],
  ])
})
