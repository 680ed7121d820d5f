import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { membershipOf, type TestHospital, testHospital, testPassword } from '../../test/hospital.ts'
import { type Database, openDatabase } from '../database/open-database.ts'
import { createGateway } from '../hospitals/create-gateway.ts'
import { endMembership } from '../hospitals/end-membership.ts'
import type { Actor } from '../policy/actor.ts'
import { sessionIdOf } from './session-adapter.ts'
import { signIn } from './sign-in.ts'
import { signOut } from './sign-out.ts'

let hospital: TestHospital
/** Another process on the same database. */
let other: Database

beforeAll(async () => {
  hospital = await testHospital()
  other = await openDatabase({ url: hospital.url, keys: hospital.db.keys, poolSize: 2 })
})
afterAll(async () => {
  await other.close()
  await hospital[Symbol.asyncDispose]()
})

function userOf(actor: Actor): string {
  if (actor.kind !== 'user') throw new Error('No user.')
  return actor.userId
}

async function open(actor: Actor): Promise<{ token: string; rowId: string; sessionId: string }> {
  const { token } = await hospital.db.sessions.open({ userId: userOf(actor), kind: 'person', userAgent: 'test' })
  const session = await hospital.db.sessions.findFresh(token)
  if (!session) throw new Error('No session.')
  return { token, rowId: sessionIdOf(token), sessionId: session.sessionId }
}

describe('sessions', () => {
  it('keep no token in the database, in whatever form it might be found', async () => {
    const { token, rowId, sessionId } = await open(hospital.nurse)
    const rows = await hospital.db.sql<{ text: string }>({ text: 'select to_jsonb(s)::text as text from session s' })
    expect(rows.some(({ text }) => text.includes(rowId))).toBe(true)
    expect(rows.some(({ text }) => text.includes(token))).toBe(false)
    for (const known of [rowId, sessionId]) expect(await hospital.db.sessions.find(known)).toBeNull()
  })

  it('are looked up once, and again only after the cache has aged', async () => {
    const { token } = await hospital.db.sessions.open({
      userId: userOf(hospital.nurse),
      kind: 'person',
      userAgent: null,
    })
    const asked = vi.spyOn(hospital.db.pool, 'query')
    try {
      const found = await Promise.all(Array.from({ length: 20 }, () => hospital.db.sessions.find(token)))
      expect(new Set(found.map((session) => session?.userId))).toEqual(new Set([userOf(hospital.nurse)]))
      await hospital.db.sessions.find(token)
      expect(asked.mock.calls.length).toBe(1)
    } finally {
      asked.mockRestore()
    }
  })

  it('end on every process within two seconds of signing out', async () => {
    const { token, sessionId } = await open(hospital.nurse)
    expect(await hospital.db.sessions.find(token)).not.toBeNull()
    expect(await other.sessions.find(token)).not.toBeNull()
    const session: Actor = { kind: 'user', userId: userOf(hospital.nurse), sessionId, capacity: null, capacities: [] }
    await signOut(hospital.as(session))
    expect(await hospital.db.sessions.find(token)).toBeNull()
    await expect.poll(() => other.sessions.find(token), { timeout: 2_000, interval: 20 }).toBeNull()
  })

  it('lose a membership that was ended, on every process within two seconds', async () => {
    const leaver = await hospital.hire('doctor')
    const { token } = await open(leaver)
    expect((await other.sessions.find(token))?.capacities).toHaveLength(1)
    await endMembership(hospital.as(hospital.admin), { membershipId: membershipOf(leaver) })
    expect((await hospital.db.sessions.find(token))?.capacities).toEqual([])
    const capacities = async () => (await other.sessions.find(token))?.capacities
    await expect.poll(capacities, { timeout: 2_000, interval: 20 }).toEqual([])
  })

  it('of a person slide while they are used, and end when they are not', async () => {
    const { token, rowId } = await open(hospital.nurse)
    const expiry = async (over: string) => {
      await hospital.db.sql({
        text: `update session set expires_at = now() + $2::interval where id = $1`,
        values: [rowId, over],
      })
      if ((await hospital.db.sessions.findFresh(token)) === null) return null
      const [row] = await hospital.db.sql<{ left: number }>({
        text: 'select extract(epoch from expires_at - now())::int left from session where id = $1',
        values: [rowId],
      })
      return row?.left
    }
    expect(await expiry('1 hour')).toBeGreaterThan(11 * 3_600)
    expect(await expiry('8 hours')).toBeLessThan(8 * 3_600 + 1)
    expect(await expiry('-1 second')).toBeNull()
  })

  it('of a gateway end when they were said to end, however often they are used', async () => {
    const { token, expiresAt } = await createGateway(hospital.as(hospital.admin), { name: 'Ward gateway' })
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(364 * 86_400_000)
    await hospital.db.sql({
      text: `update session set expires_at = now() + interval '1 hour' where id = $1`,
      values: [sessionIdOf(token)],
    })
    await hospital.db.sessions.findFresh(token)
    const [row] = await hospital.db.sql<{ left: number }>({
      text: 'select extract(epoch from expires_at - now())::int left from session where id = $1',
      values: [sessionIdOf(token)],
    })
    expect(row?.left).toBeLessThanOrEqual(3_600)
    expect((await hospital.db.sessions.findFresh(token))?.capacities).toMatchObject([{ as: 'staff', role: 'gateway' }])
  })

  it('of a disabled login are over', async () => {
    const member = await hospital.hire('nurse')
    const { token } = await open(member)
    await hospital.db.sql({ text: 'update app_user set disabled_at = now() where id = $1', values: [userOf(member)] })
    expect(await hospital.db.sessions.findFresh(token)).toBeNull()
  })

  it('are refused to a service account by password', async () => {
    await expect(
      signIn(hospital.as({ kind: 'anonymous' }), {
        email: 'gateway@example.org',
        password: testPassword,
        userAgent: null,
      }),
    ).rejects.toMatchObject({ code: 'credentials_wrong' })
  })
})
