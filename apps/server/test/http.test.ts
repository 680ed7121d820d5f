import { readFileSync } from 'node:fs'
import { type TestHospital } from '@chartwire/db/testing/hospital'
import { appRouter } from '@chartwire/api'
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CallLimits } from '../src/http/limits/call-limits.ts'
import { sessionCookie } from '../src/http/session-cookie.ts'
import { httpContext } from '../src/http/request-facts.ts'
import { bearer, json } from './ask.ts'
import { type Served, serve } from './serve.ts'

const perMinute = { read: 10_000, write: 10_000, ingest: 10_000, export: 10_000 }
const limits = new CallLimits({ perMinute, streams: 10 })
let server: Served
let hospital: TestHospital
let nurse: string
let admin: string
let patientId: string

beforeAll(async () => {
  server = await serve({
    // The stock adapter beside the thin route: both must say the same.
    extend: (app) =>
      void app.register(fastifyTRPCPlugin, {
        prefix: '/stock',
        trpcOptions: {
          allowMethodOverride: true,
          router: appRouter,
          createContext: ({
            req,
            res,
          }: {
            req: Parameters<typeof httpContext>[1]
            res: Parameters<typeof httpContext>[2]
          }) =>
            httpContext(
              {
                db: hospital.db,
                limits,
                cookies: sessionCookie({ isSecure: false }),
                relyingParty: () => ({ id: 'localhost', origins: [] }),
                print: async (html) => new TextEncoder().encode(html),
              },
              req,
              res,
            ),
        },
      }),
  })
  hospital = server.hospital
  nurse = await server.token(hospital.nurse)
  admin = await server.token(hospital.admin)
  patientId = (await hospital.admit({ familyName: 'Geheim' })).patientId
})
afterAll(() => server[Symbol.asyncDispose]())

const input = (value: unknown) => `input=${encodeURIComponent(JSON.stringify(value))}`

interface Request {
  method?: string
  headers?: Record<string, string>
  body?: string
}

async function ask(path: string, { method = 'GET', headers = {}, body }: Request = {}) {
  const response = await fetch(`${server.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

describe('the thin route', () => {
  const get = (path: string, value?: unknown) => `/${path}${value === undefined ? '' : `?${input(value)}`}`
  const cases: [string, () => [path: string, request: Request]][] = [
    ['a query without input', () => [get('system.ping'), {}]],
    ['a query', () => [get('patients.get', { patientId }), { headers: bearer(nurse) }]],
    ['a query without a session', () => [get('patients.get', { patientId }), {}]],
    [
      'a query of what is not there',
      () => [get('patients.get', { patientId: hospital.wardId }), { headers: bearer(nurse) }],
    ],
    ['a query with a wrong field', () => [get('patients.get', { patientId: 'x' }), { headers: bearer(nurse) }]],
    ['a query with an unknown field', () => [get('patients.get', { patientId, x: 1 }), { headers: bearer(nurse) }]],
    ['a query with broken input', () => ['/patients.get?input=%7B', { headers: bearer(nurse) }]],
    ['no such procedure', () => [get('patients.nothing'), {}]],
    ['a name from the prototype', () => [get('constructor'), {}]],
    ['a name from the prototype', () => [get('__proto__'), {}]],
    ['a name from the prototype within a domain', () => [get('patients.constructor'), {}]],
    [
      'a query by POST',
      () => ['/patients.list', { method: 'POST', headers: { ...json, ...bearer(nurse) }, body: '{"name": "Geheim"}' }],
    ],
    ['a query by POST without a body', () => [get('system.ping'), { method: 'POST', headers: json }]],
    ['a query by POST with a wrong body', () => [get('system.ping'), { method: 'POST', headers: json, body: '{}' }]],
    ['a mutation by GET', () => [get('hospitals.createWard', { name: 'By GET' }), { headers: bearer(admin) }]],
    [
      'a mutation',
      () => [
        '/identity.signIn',
        { method: 'POST', headers: json, body: JSON.stringify({ email: 'nobody@example.org', password: 'wrong' }) },
      ],
    ],
    [
      'a mutation with a wrong body',
      () => ['/hospitals.createWard', { method: 'POST', headers: { ...json, ...bearer(admin) }, body: '[]' }],
    ],
    ['a batch', () => [`/system.ping,patients.get?batch=1&${input({ 1: { patientId } })}`, { headers: bearer(nurse) }]],
    [
      'a batch with a failure',
      () => [`/system.ping,patients.get?batch=1&${input({ 1: { patientId: 'x' } })}`, { headers: bearer(nurse) }],
    ],
    ['a batch that fails alike', () => [`/patients.get,patients.get?batch=1&${input({})}`, {}]],
    ['a batch without input', () => ['/system.ping,system.ping?batch=1', {}]],
    [
      'a batch of mutations',
      () => ['/identity.signOut,identity.signOut?batch=1', { method: 'POST', headers: json, body: '{}' }],
    ],
  ]

  it.each(cases)('answers %s as the stock adapter does', async (_, request) => {
    const [path, options] = request()
    const headers = { ...options.headers, 'x-request-id': 'conformance-1' }
    const thin = await ask(`/trpc${path}`, { ...options, headers })
    const stock = await ask(`/stock${path}`, { ...options, headers })
    const comparable = ({ status, headers: got, text }: typeof thin) => ({
      status,
      type: got.get('content-type')?.split(';')[0],
      body: JSON.parse(text) as unknown,
    })
    expect(comparable(thin)).toEqual(comparable(stock))
  })

  it('refuses a batch of more than fifty at once', async () => {
    const names = Array.from({ length: 51 }, () => 'system.ping').join(',')
    const { status, text } = await ask(`/trpc/${names}?batch=1`)
    expect(status).toBe(400)
    expect(JSON.parse(text)).toMatchObject([{ error: { data: { code: 'invalid' } } }])
    expect((await ask(`/trpc/${names.slice(0, names.lastIndexOf(','))}?batch=1`)).status).toBe(200)
  })
})

describe('bad requests', () => {
  it.each([
    ['malformed JSON', '/trpc/hospitals.createWard', { body: '{"name":' }, 400],
    ['malformed JSON in REST', '/api/wards', { body: '{"name":' }, 400],
    ['keys of the prototype', '/api/wards', { body: '{"name": "x", "__proto__": {"isAdmin": true}}' }, 400],
    ['keys of the prototype', '/api/wards', { body: '{"constructor": {"prototype": {}}, "name": "x"}' }, 400],
    ['a list for an object', '/api/wards', { body: '[1]' }, 400],
    ['another type', '/api/wards', { body: '<a/>', headers: { 'content-type': 'text/xml' } }, 415],
    [
      'a form',
      '/trpc/hospitals.createWard',
      { body: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
    ],
    ['too much', '/api/wards', { body: JSON.stringify({ name: 'x'.repeat(5_100_000) }) }, 413],
  ])('%s is a typed error', async (_, path, request: Request, status) => {
    const answer = await ask(path, {
      method: 'POST',
      ...request,
      headers: { ...json, ...bearer(admin), ...request.headers },
    })
    const code = status === 413 ? 'payload_too_large' : 'invalid'
    const { error } = JSON.parse(answer.text) as { error: { code: unknown; data?: { code: string } } }
    // In the form of whoever asks: tRPC has a number of its own there.
    const said = path.startsWith('/trpc/')
      ? { code: error.data?.code, form: typeof error.code }
      : { code: error.code, form: 'number' }
    expect({ status: answer.status, ...said }).toEqual({ status, code, form: 'number' })
  })

  it('to nowhere are told so, without their address', async () => {
    const answer = await ask('/api/patients/by-name/Maria-Geheim')
    expect(answer.status).toBe(404)
    expect(answer.text).not.toContain('Geheim')
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'not_found' } })
  })
})

describe('the rate limit', () => {
  it('holds by address, with a typed error and when to come again', async () => {
    await using limited = await serve({ environment: { CHARTWIRE_RATE_LIMIT: '5' } })
    const answers = []
    for (let round = 0; round < 7; round++) answers.push(await fetch(`${limited.url}/api/ping`))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429])
    expect(answers.at(-1)?.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await answers.at(-1)?.json()).toMatchObject({ error: { code: 'too_many', retryable: true } })
  })
})

describe('security', () => {
  it('headers are on every kind of answer', async () => {
    for (const path of [
      '/',
      '/health',
      '/docs',
      '/openapi.json',
      '/api/ping',
      '/trpc/system.ping',
      '/nowhere',
      '/metrics',
    ]) {
      const { headers } = await ask(path)
      expect({ path, policy: headers.get('content-security-policy') }).toMatchObject({
        policy: expect.stringContaining("frame-ancestors 'none'"),
      })
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/)
      expect(headers.get('access-control-allow-origin')).toBeNull()
      expect(headers.get('x-powered-by')).toBeNull()
    }
  })

  it('takes a request id of a harmless form and no other', async () => {
    const idOf = async (id: string) =>
      (await ask('/health', { headers: { 'x-request-id': id } })).headers.get('x-request-id')
    expect(await idOf('my-request-1')).toBe('my-request-1')
    for (const id of ['short', '<script>alert(1)</script>', 'x'.repeat(65)]) expect(await idOf(id)).not.toBe(id)
  })

  it('allows an origin of ours every method, and a stranger none', async () => {
    await using open = await serve({ environment: { CHARTWIRE_ORIGINS: 'https://ward.example' } })
    const preflight = async (origin: string) => {
      const answer = await fetch(`${open.url}/api/wards`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'DELETE' },
      })
      return {
        origin: answer.headers.get('access-control-allow-origin'),
        methods: answer.headers.get('access-control-allow-methods'),
      }
    }
    expect(await preflight('https://ward.example')).toEqual({
      origin: 'https://ward.example',
      methods: expect.stringMatching(/(?=.*PATCH)(?=.*PUT)(?=.*DELETE)/),
    })
    expect((await preflight('https://evil.example')).origin).toBeNull()
    expect((await preflight('null')).origin).toBeNull()
  })

  it('a token in the URL opens nothing', async () => {
    for (const query of [
      `token=${nurse}`,
      `access_token=${nurse}`,
      `connectionParams=${encodeURIComponent(JSON.stringify({ token: nurse }))}`,
    ]) {
      expect((await ask(`/trpc/identity.me?${query}`)).status).toBe(401)
      expect((await ask(`/api/wards?${query}`)).status).toBeGreaterThanOrEqual(400)
      const { text } = await ask(`/trpc/vitals.watchWard?${input({ wardId: hospital.wardId })}&${query}`, {
        headers: { accept: 'text/event-stream' },
      })
      expect(text).toContain('unauthenticated')
    }
  })
})

describe('REST', () => {
  it('says what tRPC says, value and error', async () => {
    const pairs: [string, string, unknown][] = [
      [`/api/patients/${patientId}`, 'patients.get', { patientId }],
      [`/api/patients/${patientId}/summary`, 'vitals.summary', { patientId }],
      [`/api/patients/${patientId}/vitals?limit=5`, 'vitals.history', { patientId, limit: 5 }],
      ['/api/patients?limit=1', 'patients.list', { limit: 1 }],
      ['/api/wards', 'hospitals.wards', undefined],
      [`/api/patients/${hospital.wardId}`, 'patients.get', { patientId: hospital.wardId }],
      ['/api/patients/x', 'patients.get', { patientId: 'x' }],
      ['/api/patients?limit=0', 'patients.list', { limit: 0 }],
    ]
    for (const [rest, procedure, value] of pairs) {
      const headers = { ...bearer(nurse), 'x-request-id': 'parity-test-1' }
      const asRest = await ask(rest, { headers })
      const asTrpc = await ask(`/trpc/${procedure}${value === undefined ? '' : `?${input(value)}`}`, { headers })
      const { result, error } = JSON.parse(asTrpc.text) as {
        result?: { data: unknown }
        error?: { message: string; data: object }
      }
      expect(asRest.status).toBe(asTrpc.status)
      expect(JSON.parse(asRest.text)).toEqual(
        error ? { error: { message: error.message, ...error.data } } : result?.data,
      )
    }
  })
})

describe('metrics', () => {
  it('count by procedure and status, and name nobody', async () => {
    await ask(`/api/patients/${patientId}`, { headers: bearer(nurse) })
    await ask(`/trpc/patients.get?${input({ patientId: 'x' })}`, { headers: bearer(nurse) })
    await ask('/trpc/evil%7Blabel%3D%22x%22%7D')
    const { text } = await ask('/metrics')
    expect(text).toMatch(/chartwire_request_seconds_count\{route="\/api\/patients\/:patientId",status="2xx"\} [1-9]/)
    expect(text).toMatch(/chartwire_procedure_failures_total\{procedure="patients.get",code="invalid"\} [1-9]/)
    expect(text).not.toMatch(new RegExp(`evil|Geheim|${patientId}|${hospital.hospitalId}`))
  })

  it('are for who has their token, where one is set', async () => {
    const token = 'a token of the scraper’s'
    await using guarded = await serve({ environment: { CHARTWIRE_METRICS_TOKEN: encodeURI(token) } })
    const statusWith = async (headers: Record<string, string>) =>
      (await fetch(`${guarded.url}/metrics`, { headers })).status
    expect(await statusWith({})).toBe(401)
    expect(await statusWith(bearer('another token'))).toBe(401)
    expect(await statusWith(bearer(await guarded.token(guarded.hospital.admin)))).toBe(401)
    expect(await statusWith(bearer(encodeURI(token)))).toBe(200)
  })
})

it('the version that /health names is the package’s', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const { version: running } = await import('../src/start-server.ts')
  expect(running).toBe(version)
  expect(JSON.parse((await ask('/health')).text)).toMatchObject({ status: 'ok', name: 'chartwire' })
})
