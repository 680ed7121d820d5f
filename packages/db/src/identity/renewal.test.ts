import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { membershipOf, type TestHospital, testHospital, testPassword } from '../../test/hospital.ts'
import { freshAdmin, Login, relyingParty } from '../../test/login.ts'
import { type Database, openDatabase } from '../database/open-database.ts'
import { createGateway } from '../hospitals/create-gateway.ts'
import { endMembership } from '../hospitals/end-membership.ts'
import { updateStaff } from '../hospitals/update-staff.ts'
import { assertSessionStands } from '../live/still-allowed.ts'
import { resetMemberFactors } from '../mfa/reset-factors.ts'
import { listNotices } from '../mfa/security-notices.ts'
import { enrolTotp } from '../mfa/totp-factor.ts'
import { anonymous } from '../policy/actor.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { endMemberSessions, endOtherSessions, endSession, listSessions } from './my-sessions.ts'
import { sessionIdOf } from './session-adapter.ts'
import { signOut } from './sign-out.ts'
import { stepUp } from './step-up.ts'
import { invitePatientLogin, inviteStaff } from '../../test/invite.ts'

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

const password = { method: 'password', password: testPassword } as const

/** Further sessions of the login, on other devices. */
async function onDevices(login: Login, count: number): Promise<string[]> {
  const actor = await login.actor()
  if (actor.kind !== 'user') throw new Error('No user.')
  const { userId } = actor
  const opened = Array.from({ length: count }, (_, index) =>
    hospital.db.sessions.open({ userId, kind: 'person', userAgent: `Device ${index}` }),
  )
  return (await Promise.all(opened)).map(({ token }) => token)
}

describe('stepping up', () => {
  it('gives the session another token: the one before opens nothing, on any process, and streams go on', async () => {
    const login = await Login.join(hospital)
    const before = login.token
    const stream = await login.ctx()
    expect(await other.sessions.find(before)).not.toBeNull()
    const { token, steppedUpUntil } = await stepUp(await login.ctx(), { proof: password, relyingParty })
    expect(Date.parse(steppedUpUntil) - hospital.clock.now.getTime()).toBe(600_000)
    expect(await hospital.db.sessions.find(before)).toBeNull()
    await expect.poll(() => other.sessions.find(before), { timeout: 2_000, interval: 20 }).toBeNull()
    expect(await other.sessions.find(token)).not.toBeNull()
    await assertSessionStands(stream)
  })

  it('renews once when two ask at the same moment', async () => {
    const login = await Login.join(hospital)
    const ctx = await login.ctx()
    const attempts = await Promise.allSettled([1, 2].map(() => stepUp(ctx, { proof: password, relyingParty })))
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(attempts.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'unauthenticated' } })
  })

  it('takes no password from a login that has a second factor, and no wrong one from any', async () => {
    const login = await Login.join(hospital)
    const wrong = { method: 'password', password: 'not my password' } as const
    await expect(stepUp(await login.ctx(), { proof: wrong, relyingParty })).rejects.toMatchObject({
      code: 'credentials_wrong',
    })
    await login.addTotp()
    await expect(stepUp(await login.ctx(), { proof: password, relyingParty })).rejects.toMatchObject({
      code: 'invalid',
      details: { field: 'proof.method', methods: ['totp'] },
    })
  })

  it('is asked for by what is grave, ten minutes after signing in, with the way to do it', async () => {
    const login = await Login.join(hospital, 'hospital_admin')
    const { membershipId } = await createGateway(await login.ctx(), { name: 'Gateway' })
    hospital.clock.advance(599)
    await createGateway(await login.ctx(), { name: 'Another gateway' })
    hospital.clock.advance(2)
    const ctx = await login.ctx()
    const grave = [
      () => createGateway(ctx, { name: 'Gateway' }),
      () => endMembership(ctx, { membershipId }),
      () => inviteStaff(ctx, { email: 'new@example.org', role: 'hospital_admin' }),
      () => resetMemberFactors(ctx, { membershipId: membershipOf(hospital.nurse) }),
      () => enrolTotp(ctx),
    ]
    for (const deed of grave) {
      await expect(deed()).rejects.toMatchObject({ code: 'step_up_required', details: { methods: ['password'] } })
    }
    await inviteStaff(ctx, { email: 'new@example.org', role: 'nurse' })
    login.token = (await stepUp(ctx, { proof: password, relyingParty })).token
    await endMembership(await login.ctx(), { membershipId })
  })
})

describe('a token that somebody planted or copied before', () => {
  it('is never the one that a sign-in opens (session fixation)', async () => {
    const login = await Login.join(hospital)
    const planted = login.token
    await login.signIn()
    expect(login.token).not.toBe(planted)
    const rows = await hospital.db.sql({
      text: 'select id from session where id = $1',
      values: [sessionIdOf('planted')],
    })
    expect(rows).toEqual([])
  })

  it('gains nothing when the login gains a capacity: it signs in anew', async () => {
    const login = await Login.join(hospital)
    const { patientId } = await hospital.admit()
    const { token } = await invitePatientLogin(hospital.as(hospital.admin), {
      patientId,
      email: login.email,
      relation: 'parent',
    })
    await acceptInvitation(hospital.as(anonymous), { token, name: 'Any', password: testPassword })
    expect(await hospital.db.sessions.findFresh(login.token)).toBeNull()
    await login.signIn()
    expect((await hospital.db.sessions.findFresh(login.token))?.capacities).toHaveLength(2)
  })

  it('gains nothing by a role that may do more, and goes on in one that may do less', async () => {
    const member = await hospital.hire('doctor')
    const sessions = () => listSessions(hospital.as(member))
    const become = async (role: 'nurse' | 'doctor') =>
      updateStaff(await freshAdmin(hospital), { membershipId: membershipOf(member), role })
    await become('nurse')
    expect(await sessions()).toHaveLength(1)
    await become('nurse')
    expect(await sessions()).toHaveLength(1)
    await become('doctor')
    expect(await sessions()).toEqual([])
  })

  it('gains nothing when the login gains a factor: it is dead, and so is every other session', async () => {
    const login = await Login.join(hospital)
    const copied = login.token
    const devices = await onDevices(login, 2)
    await login.addTotp()
    for (const token of [copied, ...devices]) expect(await hospital.db.sessions.findFresh(token)).toBeNull()
    expect(await hospital.db.sessions.findFresh(login.token)).not.toBeNull()
  })
})

describe('the list of devices', () => {
  it('shows where one is signed in, which is this one, and no way in', async () => {
    const login = await Login.join(hospital)
    const devices = await onDevices(login, 2)
    const sessions = await listSessions(await login.ctx())
    expect(new Set(sessions.map(({ userAgent }) => userAgent))).toEqual(new Set(['Device 0', 'Device 1', null]))
    expect(sessions.filter(({ isCurrent }) => isCurrent)).toHaveLength(1)
    for (const { id, lastUsedAt, createdAt, endsAt } of sessions) {
      expect(await hospital.db.sessions.findFresh(id)).toBeNull()
      expect(Date.parse(lastUsedAt)).toBeGreaterThanOrEqual(Date.parse(createdAt))
      expect(Date.parse(endsAt) - Date.parse(createdAt)).toBeLessThanOrEqual(7 * 86_400_000 + 1_000)
    }
    expect(JSON.stringify(sessions)).not.toContain(devices[0])
  })

  it('ends one, or all but this one, and nobody else’s', async () => {
    const [login, stranger] = [await Login.join(hospital), await Login.join(hospital)]
    const devices = await onDevices(login, 3)
    const [first] = await listSessions(await login.ctx()).then((all) => all.filter(({ isCurrent }) => !isCurrent))
    await expect(endSession(await stranger.ctx(), { id: first?.id ?? '' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await endSession(await login.ctx(), { id: first?.id ?? '' })).toEqual({ ended: 1 })
    expect(await endOtherSessions(await login.ctx())).toEqual({ ended: 2 })
    for (const token of devices) expect(await hospital.db.sessions.findFresh(token)).toBeNull()
    await stranger.ctx()
    expect(await listSessions(await login.ctx())).toMatchObject([{ isCurrent: true }])
  })

  it('is ended by an administrator of the hospital, and the member is told', async () => {
    const login = await Login.join(hospital)
    const actor = await login.actor()
    const membershipId = membershipOf(actor)
    await expect(endMemberSessions(hospital.as(hospital.doctor), { membershipId })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await endMemberSessions(await freshAdmin(hospital), { membershipId })).toEqual({ ended: 1 })
    expect(await hospital.db.sessions.findFresh(login.token)).toBeNull()
    await login.signIn()
    expect((await listNotices(await login.ctx()))[0]).toMatchObject({ kind: 'sessions-ended', by: 'administrator' })
    await signOut(await login.ctx())
  })

  it('knows the last use to five minutes, without a write for every request', async () => {
    const login = await Login.join(hospital)
    const id = sessionIdOf(login.token)
    const lastUse = async () => {
      const [row] = await hospital.db.sql<{ ago: number; xmin: string }>({
        text: 'select extract(epoch from now() - last_used_at)::int ago, xmin::text from session where id = $1',
        values: [id],
      })
      return row
    }
    const before = await lastUse()
    for (let look = 0; look < 5; look++) await hospital.db.sessions.findFresh(login.token)
    expect((await lastUse())?.xmin).toBe(before?.xmin)
    await hospital.db.sql({
      text: `update session set last_used_at = now() - interval '6 minutes' where id = $1`,
      values: [id],
    })
    await hospital.db.sessions.findFresh(login.token)
    expect((await lastUse())?.ago).toBeLessThan(60)
  })
})

describe('a session', () => {
  it('ends a week after it was opened, however much it is used', async () => {
    const login = await Login.join(hospital)
    const id = sessionIdOf(login.token)
    await hospital.db.sql({
      text: `update session set expires_at = now() + interval '1 hour', ends_at = now() + interval '2 hours' where id = $1`,
      values: [id],
    })
    await hospital.db.sessions.findFresh(login.token)
    const [row] = await hospital.db.sql<{ left: number }>({
      text: 'select extract(epoch from expires_at - now())::int left from session where id = $1',
      values: [id],
    })
    expect(row?.left).toBeGreaterThan(3_600)
    expect(row?.left).toBeLessThanOrEqual(7_200)
    const stream = await login.ctx()
    await hospital.db.sql({ text: 'update session set ends_at = $2 where id = $1', values: [id, hospital.clock.now] })
    await expect(assertSessionStands(stream)).rejects.toMatchObject({ code: 'unauthenticated' })
    // A second ago: the column rounds to milliseconds, and what is rounded up has not come yet.
    await hospital.db.sql({
      text: `update session set ends_at = now() - interval '1 second' where id = $1`,
      values: [id],
    })
    expect(await hospital.db.sessions.findFresh(login.token)).toBeNull()
    await hospital.db.sessions.deleteExpired()
    expect(await hospital.db.sql({ text: 'select 1 from session where id = $1', values: [id] })).toEqual([])
  })
})
