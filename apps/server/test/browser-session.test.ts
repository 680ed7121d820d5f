import { acceptInvitation, anonymous } from '@chartwire/db'
import { inviteStaff } from '@chartwire/db/testing/invite'
import { describe, expect, it } from 'vitest'
import { json } from './ask.ts'
import { serve } from './serve.ts'

describe('a browser’s session', () => {
  it('is a cookie that scripts cannot read, acts for our own pages alone, and ends with signing out', async () => {
    await using server = await serve()
    const { hospital } = server
    const ask = (path: string, init: RequestInit) => fetch(`${server.url}${path}`, init)
    const email = 'browser@example.org'
    const { token } = await inviteStaff(hospital.as(hospital.admin), { email, role: 'hospital_admin' })
    await acceptInvitation(hospital.as(anonymous), { token, name: 'Bea', password: 'correct horse battery' })
    const signedIn = await ask('/trpc/identity.signIn', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ email, password: 'correct horse battery', cookie: true }),
    })
    expect(await signedIn.json()).toMatchObject({ result: { data: { token: null } } })
    const setCookie = signedIn.headers.get('set-cookie') ?? ''
    expect(setCookie).toMatch(/HttpOnly; SameSite=Strict/)
    // In use a session lives for a week; the cookie must not end at the twelve hours that it has unused.
    expect(setCookie).toMatch(new RegExp(`Max-Age=${7 * 86_400};`))
    const cookie = setCookie.split(';')[0] ?? ''
    expect((await ask('/api/me', { headers: { cookie } })).status).toBe(200)

    const create = (headers: Record<string, string>) =>
      ask('/trpc/hospitals.createWard', {
        method: 'POST',
        headers: { ...json, cookie, ...headers },
        body: JSON.stringify({ name: `Ward ${Math.random()}` }),
      })
    const own = { origin: server.url, 'x-chartwire-client': 'console' }
    const attempts: [Record<string, string>, number][] = [
      [own, 200],
      [{ origin: server.url }, 403],
      [{ 'x-chartwire-client': 'console' }, 403],
      [{ ...own, origin: 'https://evil.example' }, 403],
      [{ ...own, origin: 'null' }, 403],
      // A header that is no token does not make the cookie count without an origin.
      [{ authorization: 'Basic x' }, 401],
    ]
    for (const [headers, status] of attempts)
      expect({ headers, status: (await create(headers)).status }).toEqual({ headers, status })

    const out = await ask('/trpc/identity.signOut', { method: 'POST', headers: { ...json, cookie, ...own } })
    expect(out.status).toBe(200)
    expect(out.headers.get('set-cookie')).toMatch(/Max-Age=0/)
    expect((await ask('/api/me', { headers: { cookie } })).status).toBe(401)
  })
})
