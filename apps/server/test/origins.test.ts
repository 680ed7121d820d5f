import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Served, serve } from './serve.ts'

const [plainName, hostName] = ['chartwire_session', '__Host-chartwire_session']
const client = { 'x-chartwire-client': 'console' }

/** What a page of the origin gets for a change, and for a WebSocket, with the visitor's cookie. */
async function attempt(
  server: Served,
  { origin, host, cookieName = plainName }: { origin: string | undefined; host?: string; cookieName?: string },
) {
  const cookie = `${cookieName}=${await server.token(server.hospital.admin)}`
  const headers = { cookie, ...(origin === undefined ? {} : { origin }), ...(host === undefined ? {} : { host }) }
  const injected = await server.app().inject({
    method: 'POST',
    url: '/trpc/hospitals.createWard',
    headers: { ...headers, ...client, 'content-type': 'application/json', host: host ?? new URL(server.url).host },
    payload: { name: `Ward ${Math.random()}` },
  })
  const socket = await new Promise<number>((resolve) => {
    const opened = new WebSocket(`${server.url.replace('http', 'ws')}/trpc`, { headers })
    opened.once('open', () => {
      resolve(101)
      opened.close()
    })
    opened.once('unexpected-response', (_, response) => {
      resolve(response.statusCode ?? 0)
      opened.terminate()
    })
    opened.once('error', () => undefined)
  })
  return { change: injected.statusCode, socket }
}

const refused = { change: 403, socket: 403 }
const passed = { change: 200, socket: 101 }

describe('with a visitor’s cookie', () => {
  let server: Served
  let port: string
  beforeAll(async () => {
    server = await serve({ environment: { CHARTWIRE_ORIGINS: 'https://ward.example,http://kiosk.example:8080' } })
    ;({ port } = new URL(server.url))
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it.each([
    ['itself', () => server.url],
    ['a listed origin', () => 'https://ward.example'],
    ['a listed origin with its port', () => 'http://kiosk.example:8080'],
  ])('%s may act', async (_, origin) => {
    expect(await attempt(server, { origin: origin() })).toEqual(passed)
  })

  it.each([
    ['nobody at all', () => undefined],
    ['an opaque origin', () => 'null'],
    ['an empty origin', () => ''],
    ['a stranger', () => 'https://evil.example'],
    ['a name that begins like ours', () => 'https://ward.example.evil.example'],
    ['a name that ends like ours', () => 'https://evilward.example'],
    ['a subdomain of ours', () => 'https://sub.ward.example'],
    ['ours with a user in front', () => 'https://ward.example@evil.example'],
    ['ours without TLS', () => 'http://ward.example'],
    ['ours at another port', () => 'https://ward.example:8443'],
    ['a listed host without its port', () => 'http://kiosk.example'],
    ['ours in other letters', () => 'https://WARD.example'],
    ['ours with a path', () => 'https://ward.example/'],
    ['several origins', () => 'https://evil.example https://ward.example'],
    ['this host at another port', () => `http://127.0.0.1:${Number(port) + 1}`],
    ['this host by another scheme', () => `https://127.0.0.1:${port}`],
    ['this host by another name', () => `http://localhost:${port}`],
    ['another kind of address', () => 'file://'],
    ['a browser’s extension', () => 'chrome-extension://abcdefghijklmnop'],
  ])('%s may not', async (_, origin) => {
    expect(await attempt(server, { origin: origin() })).toEqual(refused)
  })

  it('a host header that says what the origin says does not help a stranger to a listed name', async () => {
    // Such a page has no cookie of ours: it is kept for the host it came from. What it names must still be its own.
    expect(await attempt(server, { origin: 'https://evil.example', host: 'evil.example' })).toEqual(refused)
    expect(await attempt(server, { origin: 'http://evil.example', host: 'http://evil.example' })).toEqual({
      change: 403,
      socket: expect.toSatisfy((status: number) => status === 403 || status === 400),
    })
  })

  it.each(['GET', 'HEAD'])('reading by %s needs no origin, and tells a stranger’s script nothing', async (method) => {
    const cookie = `chartwire_session=${await server.token(server.hospital.admin)}`
    const answer = await fetch(`${server.url}/api/wards`, {
      method,
      headers: { cookie, origin: 'https://evil.example' },
    })
    expect(answer.headers.get('access-control-allow-origin')).not.toBe('https://evil.example')
    expect(answer.headers.get('access-control-allow-origin')).not.toBe('*')
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin')
  })

  it.each(['https://ward.example.evil.example', 'http://ward.example', 'https://ward.example:8443', 'null', '*'])(
    'a preflight of %s is told nothing',
    async (origin) => {
      const answer = await fetch(`${server.url}/api/wards`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'x-chartwire-client',
        },
      })
      expect(answer.headers.get('access-control-allow-origin')).not.toBe(origin)
      expect(answer.headers.get('access-control-allow-origin')).not.toBe('*')
    },
  )
})

describe('of a server that is reached by https', () => {
  it('the same host without TLS is a stranger, and the cookie goes over TLS alone', async () => {
    await using server = await serve({ environment: { PUBLIC_URL: 'https://chartwire.example' } })
    const host = 'chartwire.example'
    const visitor = { host, cookieName: hostName }
    expect(await attempt(server, { ...visitor, origin: 'https://chartwire.example' })).toEqual(passed)
    expect(await attempt(server, { ...visitor, origin: 'http://chartwire.example' })).toEqual(refused)
    expect(await attempt(server, { ...visitor, origin: 'https://chartwire.example:8443' })).toEqual(refused)
    expect(await attempt(server, { cookieName: hostName, origin: server.url })).toEqual(refused)
    const out = await fetch(`${server.url}/trpc/identity.signOut`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await server.token(server.hospital.nurse)}`,
        'content-type': 'application/json',
      },
    })
    expect(out.headers.get('set-cookie')).toMatch(/^__Host-chartwire_session=;.* Path=\/;.*; Secure/)
  })

  it('a session that a neighbour under the same domain planted is none', async () => {
    await using server = await serve({ environment: { PUBLIC_URL: 'https://chartwire.example' } })
    const [planted, own] = [await server.token(server.hospital.nurse), await server.token(server.hospital.admin)]
    const meBy = async (cookie: string) => (await fetch(`${server.url}/api/me`, { headers: { cookie } })).status
    expect(await meBy(`${plainName}=${planted}`)).toBe(401)
    const answer = await fetch(`${server.url}/api/me`, {
      headers: { cookie: `${plainName}=${planted}; ${hostName}=${own}` },
    })
    expect(await answer.json()).toMatchObject({ capacities: [{ role: 'hospital_admin' }] })
  })
})
