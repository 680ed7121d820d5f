import { acceptInvitation, anonymous, uuidv7 } from '@chartwire/db'
import { testPassword } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'
import { inviteStaff } from '@chartwire/db/testing/invite'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld({ level: 'trace' })
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

/** A login of one’s own, whose sessions a test may wear out. */
async function newLogin(): Promise<{ email: string; password: string }> {
  const { hospital } = world.server
  const email = `${uuidv7()}@example.org`
  const { token } = await inviteStaff(hospital.as(hospital.admin), { email, role: 'front_desk' })
  await acceptInvitation(hospital.as(anonymous), { token, name: 'Fran', password: testPassword })
  return { email, password: testPassword }
}

async function signIn(login: object, headers: Record<string, string> = {}): Promise<string> {
  return String(dataOf(await attacker.call('identity.signIn', login, { headers }))['token'])
}

describe('with a session that is not one’s own, one cannot', () => {
  it('have a victim sign in to a session that was planted', async () => {
    const login = await newLogin()
    const planted = 'a-token-that-the-attacker-knows'
    const reply = await attacker.send('/trpc/identity.signIn', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        cookie: `chartwire_session=${planted}`,
        origin: attacker.url,
        'x-chartwire-client': 'console',
      },
      body: JSON.stringify({ ...login, cookie: true }),
    })
    const [, given] = /chartwire_session=([^;]+)/.exec(reply.headers.get('set-cookie') ?? '') ?? []
    expect(given).toBeDefined()
    expect(given).not.toBe(planted)
    expect(await attacker.fate('identity.me', undefined, { token: planted })).toBe('unauthenticated')
    expect(await attacker.fate('identity.me', undefined, { token: given ?? null })).toBe('ok')
  })

  it('keep a token of before: every sign-in makes a new one', async () => {
    const login = await newLogin()
    const tokens = [await signIn(login), await signIn(login), await signIn(login)]
    expect(new Set(tokens).size).toBe(3)
    expect(tokens.every((token) => token.length >= 32)).toBe(true)
  })

  it('put a token into a URL, where proxies and histories keep it', async () => {
    const token = await world.tokenOf('nurse')
    for (const name of ['token', 'access_token', 'auth', 'authorization', 'session', 'chartwire_session', 'actingAs']) {
      const value = name === 'authorization' ? `Bearer%20${token}` : token
      expect((await attacker.send(`/trpc/identity.me?${name}=${value}`)).status).toBe(401)
      expect((await attacker.send(`/api/me?${name}=${value}`)).status).toBe(401)
      expect((await attacker.send(`/api/patients?${name}=${value}`)).status).toBeGreaterThanOrEqual(400)
    }
    const params = encodeURIComponent(JSON.stringify({ token }))
    const stream = await attacker.send(
      `/trpc/alarms.watch?input=${encodeURIComponent('{}')}&connectionParams=${params}`,
      {
        headers: { accept: 'text/event-stream' },
      },
    )
    expect(stream.text).toContain('unauthenticated')
    expect(world.server.log()).not.toContain(token)
  })

  it('open one with what a copy of the database holds', async () => {
    const sessions = await attacker.sql<{ id: string }>('select id from session')
    expect(sessions.length).toBeGreaterThan(5)
    for (const { id } of sessions) {
      expect(await attacker.fate('identity.me', undefined, { token: id })).toBe('unauthenticated')
    }
    const invitations = await attacker.sql<{ hash: string }>(`select encode(token_hash, 'base64') hash from invitation`)
    for (const { hash } of invitations.slice(0, 3)) {
      const accept = { token: hash, name: 'Eve', password: testPassword }
      expect(await attacker.fate('identity.acceptInvitation', accept)).toBe('invitation_invalid')
    }
  })

  it('guess or bend a token', async () => {
    const token = (await world.tokenOf('nurse')) ?? ''
    const bent = [
      token.slice(0, -1),
      `${token}a`,
      token.toUpperCase(),
      `${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`,
      `' or '1'='1`,
      `*`,
      `null`,
      `undefined`,
      `eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.`,
      `${token},${token}`,
      'a'.repeat(8_000),
    ]
    for (const guess of bent)
      expect(await attacker.fate('identity.me', undefined, { token: guess })).toBe('unauthenticated')
  })

  it('use it after it was signed out, and the log says when that was', async () => {
    const login = await newLogin()
    const token = await signIn(login)
    expect(await attacker.fate('identity.me', undefined, { token })).toBe('ok')
    const requestId = `sign-out-${uuidv7()}`
    await attacker.call('identity.signOut', undefined, { token, headers: { 'x-request-id': requestId } })
    expect(await attacker.fate('identity.me', undefined, { token })).toBe('unauthenticated')
    expect(await attacker.fate('identity.signOut', undefined, { token })).toBe('unauthenticated')
    expect(await attacker.auditOfRequest(requestId)).toMatchObject([{ action: 'identity.sign-out' }])
  })

  it('use it after it has run out', async () => {
    const token = await signIn(await newLogin())
    await attacker.sql(
      `update session set expires_at = now() - interval '1 second' where created_at = (select max(created_at) from session)`,
    )
    // What was found a moment ago counts for a moment.
    await vi.waitUntil(async () => (await attacker.fate('identity.me', undefined, { token })) !== 'ok', 10_000)
    expect(await attacker.fate('identity.me', undefined, { token })).toBe('unauthenticated')
  })

  it('have a visitor’s browser act for a page of a stranger', async () => {
    const token = (await world.tokenOf('hospital_admin')) ?? ''
    const cookie = `chartwire_session=${token}`
    const before = await attacker.count('ward')
    const wards: [string, Record<string, string>, string][] = [
      ['a stranger’s page', { origin: 'https://evil.example' }, 'application/json'],
      ['a sandboxed frame', { origin: 'null' }, 'application/json'],
      ['no page at all', {}, 'application/json'],
      ['a page of a look-alike', { origin: `${attacker.url}.evil.example` }, 'application/json'],
      ['another port of this host', { origin: attacker.url.replace(/\d+$/, '1') }, 'application/json'],
      ['a form', { origin: 'https://evil.example' }, 'application/x-www-form-urlencoded'],
      ['a form of plain text', { origin: 'https://evil.example' }, 'text/plain'],
    ]
    for (const [what, headers, type] of wards) {
      for (const path of ['/trpc/hospitals.createWard', '/api/wards']) {
        const body = JSON.stringify({ name: `Forged ${path}` })
        const given = { ...headers, cookie, 'content-type': type, 'x-chartwire-client': 'console' }
        const { status } = await attacker.send(path, { method: 'POST', headers: given, body })
        expect({ what, path, status }).toEqual({ what, path, status: 403 })
      }
    }
    expect(await attacker.count('ward')).toBe(before)
  })

  it('have a stranger’s page read an answer: no origin is allowed that is not ours', async () => {
    const cookie = `chartwire_session=${await world.tokenOf('nurse')}`
    for (const origin of ['https://evil.example', 'null', 'http://localhost:3000']) {
      const { headers } = await attacker.send('/api/patients', { headers: { cookie, origin } })
      expect(headers.get('access-control-allow-origin')).toBeNull()
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  it('hide a cookie behind a header that is no token, so that it counts unasked', async () => {
    const cookie = `chartwire_session=${await world.tokenOf('nurse')}`
    for (const authorization of ['Basic eDp5', 'Bearer', 'Bearer ', 'x']) {
      expect(await attacker.fate('identity.me', undefined, { headers: { cookie, authorization } })).toBe(
        'unauthenticated',
      )
    }
  })
})
