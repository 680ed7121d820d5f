import { Login } from '@chartwire/db/testing/login'
import { testPassword } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { json } from './ask.ts'
import { type Served, serve } from './serve.ts'

let server: Served
beforeAll(async () => {
  server = await serve()
})
afterAll(() => server[Symbol.asyncDispose]())

async function post(path: string, { body, headers }: { body: object; headers?: Record<string, string> }) {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { ...json, ...headers },
    body: JSON.stringify(body),
  })
  const cookie = response.headers.get('set-cookie')?.split(';')[0]
  return { status: response.status, cookie, answer: (await response.json()) as Record<string, unknown> }
}

const isIn = async (cookie: string) => (await fetch(`${server.url}/api/me`, { headers: { cookie } })).status === 200

/** What a page of ours sends. */
const own = () => ({ origin: server.url, 'x-chartwire-client': 'console' })
const proof = { method: 'password', password: testPassword }

/** A member's browser: signed in, with a cookie that was planted there before. */
async function browser() {
  const { email } = await Login.join(server.hospital)
  const planted = 'chartwire_session=planted'
  const signedIn = await post('/api/sessions', {
    body: { email, password: testPassword, cookie: true },
    headers: { cookie: planted, ...own() },
  })
  return { email, planted, cookie: signedIn.cookie ?? '', answer: signedIn.answer }
}

describe('a browser’s session', () => {
  it('is a new cookie, whatever was planted before (session fixation)', async () => {
    const { planted, cookie, answer } = await browser()
    expect(answer).toMatchObject({ state: 'signed-in', token: null })
    expect(cookie).toMatch(/^chartwire_session=\w{30,}/)
    expect(cookie).not.toBe(planted)
    expect([await isIn(planted), await isIn(cookie)]).toEqual([false, true])
  })

  it('gets another cookie with a step-up, which no script sees, and the one before is dead', async () => {
    const { cookie } = await browser()
    const path = '/api/sessions/current/step-up'
    // Not at the wish of another site's page.
    for (const headers of [{ ...own(), origin: 'https://evil.example' }, { origin: server.url }]) {
      expect((await post(path, { body: { proof }, headers: { cookie, ...headers } })).status).toBe(403)
    }
    const stepped = await post(path, { body: { proof }, headers: { cookie, ...own() } })
    expect(stepped).toMatchObject({ status: 200, answer: { session: { token: null } } })
    expect([await isIn(cookie), await isIn(stepped.cookie ?? '')]).toEqual([false, true])
  })

  it('is not renewed over a WebSocket, which could only tell the token to the page', async () => {
    const { cookie } = await browser()
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/trpc`, {
      headers: { cookie, origin: server.url },
    })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    const answered = new Promise<string>((resolve) => socket.once('message', (raw: Buffer) => resolve(raw.toString())))
    socket.send(JSON.stringify({ id: 1, method: 'mutation', params: { path: 'identity.stepUp', input: { proof } } }))
    expect(JSON.parse(await answered)).toMatchObject({ error: { data: { code: 'invalid', expected: 'HTTP' } } })
    socket.close()
    expect(await isIn(cookie)).toBe(true)
  })
})

describe('a sign-in in two steps over REST', () => {
  it('answers with a ticket, and with a session for the ticket and a code', async () => {
    const login = await Login.join(server.hospital)
    await login.addTotp()
    const body = { email: login.email, password: testPassword }
    const first = await post('/api/sessions', { body })
    expect(first.answer).toMatchObject({ state: 'second-factor', methods: ['totp', 'recovery-code'] })
    const { ticket } = first.answer
    const [code] = login.recoveryCodes
    const wrong = await post('/api/sessions/second-factor', {
      body: { ticket, proof: { method: 'totp', code: '000000' } },
    })
    expect(wrong).toMatchObject({ status: 401, answer: { error: { code: 'credentials_wrong' } } })
    const second = await post('/api/sessions/second-factor', {
      body: { ticket, proof: { method: 'recovery-code', code }, cookie: true },
    })
    expect(second).toMatchObject({ status: 200, answer: { state: 'signed-in', token: null } })
    expect(await isIn(second.cookie ?? '')).toBe(true)
    const elsewhere = await post('/api/sessions/second-factor', {
      body: { ticket, proof: { method: 'recovery-code', code } },
    })
    expect(elsewhere).toMatchObject({ status: 401, answer: { error: { code: 'ticket_invalid' } } })
  })
})
