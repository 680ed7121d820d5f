import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestHospital, testHospital, testPassword } from '../../test/hospital.ts'
import { opened, signedUp } from '../../test/opened.ts'
import { signUpHospital } from '../hospitals/sign-up-hospital.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { type Actor, anonymous } from '../policy/actor.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { actorOf } from './actor-of.ts'
import { me } from './me.ts'
import { signIn } from './sign-in.ts'
import { listStaffInvitations, revokeStaffInvitation } from './staff-invitations.ts'
import { invitePatientLogin, inviteStaff } from '../../test/invite.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const guest = () => hospital.as(anonymous)
const invite = (email: string) => inviteStaff(hospital.as(hospital.admin), { email, role: 'nurse' })
const address = () => `${uuidv7()}@example.org`

describe('invitations', () => {
  it('open once, however many open them at the same moment', async () => {
    const email = address()
    const { token } = await invite(email)
    const tries = Array.from({ length: 8 }, () =>
      acceptInvitation(guest(), { token, name: 'Nora', password: testPassword }),
    )
    const results = await Promise.allSettled(tries)
    const won = results.filter(({ status }) => status === 'fulfilled')
    expect(won).toHaveLength(1)
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    expect(codes).toEqual(Array.from({ length: 7 }, () => 'invitation_invalid'))
    const [count] = await hospital.db.sql<{ users: number; members: number }>({
      text: `select count(distinct u.id)::int users, count(m.id)::int members from app_user u
              left join membership m on m.user_id = u.id where u.email_index = $1`,
      values: [hospital.db.keys.blindIndex('email', email)],
    })
    expect(count).toEqual({ users: 1, members: 1 })
  })

  it('are refused when invented, expired or used', async () => {
    const refused = { code: 'invitation_invalid', details: { field: 'token' } }
    const accept = (token: string) => acceptInvitation(guest(), { token, name: 'Nora', password: testPassword })
    await expect(accept('no such token')).rejects.toMatchObject(refused)
    const used = await invite(address())
    await accept(used.token)
    await expect(accept(used.token)).rejects.toMatchObject(refused)
    const late = await invite(address())
    const now = hospital.clock.now
    hospital.clock.advance(7 * 86_400 + 1)
    await expect(accept(late.token)).rejects.toMatchObject(refused)
    hospital.clock.now = now
    await accept(late.token)
  })

  it('are listed with whom they are for, and taken back before they are used', async () => {
    const email = address()
    const { id, token } = await invite(email)
    const admin = hospital.as(hospital.admin)
    const open = async () => (await listStaffInvitations(admin, { after: null, limit: 100 })).items
    expect(await open()).toContainEqual(expect.objectContaining({ id, email, role: 'nurse', invitedBy: 'Ada Admin' }))
    const [first] = (await listStaffInvitations(admin, { after: null, limit: 1 })).items
    expect((await listStaffInvitations(admin, { after: first?.id ?? null, limit: 100 })).items).not.toContainEqual(
      first,
    )
    await using elsewhere = await testHospital()
    await expect(revokeStaffInvitation(elsewhere.as(elsewhere.admin), { invitationId: id })).rejects.toMatchObject({
      code: 'not_found',
    })
    await revokeStaffInvitation(admin, { invitationId: id })
    await expect(acceptInvitation(guest(), { token, name: 'Nora', password: testPassword })).rejects.toMatchObject({
      code: 'invitation_invalid',
    })
    expect((await open()).map((row) => row.id)).not.toContain(id)
    await expect(revokeStaffInvitation(admin, { invitationId: id })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('of a known address ask for its present password, and count wrong ones against its lock', async () => {
    const email = address()
    await acceptInvitation(guest(), { token: (await invite(email)).token, name: 'Nora', password: testPassword })
    // Somebody else's hospital, which may invite whom it likes and is shown the token.
    const signUp = {
      hospital: { name: `Other ${uuidv7()}`, timeZone: 'UTC' },
      admin: { name: 'Eve', email: address(), password: testPassword },
    }
    const { userId } = signedUp(await signUpHospital(guest(), signUp))
    const { token: session } = await hospital.db.sessions.open({ userId, kind: 'person', userAgent: null })
    const found = await hospital.db.sessions.find(session)
    if (!found) throw new Error('No session.')
    const { token } = await inviteStaff(hospital.as(actorOf(found, null)), { email, role: 'doctor' })
    const codes: string[] = []
    for (let round = 0; round < 7; round++) {
      await acceptInvitation(guest(), { token, name: 'Nora', password: `guess number ${round}` }).catch(({ code }) =>
        codes.push(code),
      )
    }
    expect(codes).toEqual([...Array.from({ length: 5 }, () => 'credentials_wrong'), 'locked_out', 'locked_out'])
    await expect(signIn(guest(), { email, password: testPassword, userAgent: null })).rejects.toMatchObject({
      code: 'locked_out',
    })
    hospital.clock.advance(31)
    await acceptInvitation(guest(), { token, name: 'ignored', password: testPassword })
    const { user, capacities } = opened(await signIn(guest(), { email, password: testPassword, userAgent: null }))
    expect(user.name).toBe('Nora')
    expect(capacities).toHaveLength(2)
  })

  it('leave nothing half-made when the password is weak', async () => {
    const { token } = await invite(address())
    for (const password of ['short', 'aaaaaaaaaaaaaaaa']) {
      await expect(acceptInvitation(guest(), { token, name: 'Nora', password })).rejects.toMatchObject({
        code: 'password_weak',
        details: { field: 'password' },
      })
    }
    await acceptInvitation(guest(), { token, name: 'Nora', password: testPassword })
  })

  it('let one login act for many patients, and for none it was not invited to', async () => {
    const [first, second, third] = [await hospital.admit(), await hospital.admit(), await hospital.admit()]
    const email = address()
    for (const [{ patientId }, relation] of [
      [first, 'self'],
      [second, 'child'],
    ] as const) {
      const { token } = await invitePatientLogin(hospital.as(hospital.nurse), { patientId, email, relation })
      await acceptInvitation(guest(), { token, name: 'Paula', password: testPassword })
    }
    const { token } = opened(await signIn(guest(), { email, password: testPassword, userAgent: null }))
    const session = await hospital.db.sessions.find(token)
    if (!session) throw new Error('No session.')
    const undecided: Actor = actorOf(session, null)
    expect((await me(hospital.as(undecided))).capacities.map(({ patientId, role }) => [patientId, role])).toEqual([
      [first.patientId, 'self'],
      [second.patientId, 'child'],
    ])
    expect(actorOf(session, second.patientId)).toMatchObject({ capacity: { patientId: second.patientId } })
    expect(() => actorOf(session, third.patientId)).toThrow(expect.objectContaining({ code: 'not_found' }))
  })
})
