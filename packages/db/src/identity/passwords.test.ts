import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital, testPassword } from '../../test/hospital.ts'
import { opened } from '../../test/opened.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { anonymous, systemActor } from '../policy/actor.ts'
import { changePassword } from './change-password.ts'
import { issueOperatorResetLink } from './operator-reset-link.ts'
import { changeEmail, getProfile, updateProfile } from './profile.ts'
import { requestPasswordReset, resetPassword } from './reset-password.ts'
import { signIn } from './sign-in.ts'
import { validateToken } from './validate-token.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const guest = () => hospital.as(anonymous)
const operator = () => hospital.as(systemActor('operator'))
const next = 'another long pass phrase'

const enter = async (email: string, password: string) =>
  opened(await signIn(guest(), { email, password, userAgent: null }))

/** A context for whoever the token belongs to. */
async function sessionOf(token: string) {
  const session = await hospital.db.sessions.findFresh(token)
  if (!session) throw new Error('No session.')
  return hospital.as({ ...session, kind: 'user', capacity: session.capacities[0] ?? null })
}

/** What waits to be sent, as the sender will read it. */
async function mailTo(userId: string): Promise<{ address: string; kind: string; token?: string }[]> {
  const { keys } = hospital.db
  const rows = await hospital.db.sql<{ id: string; address: Buffer; body: Buffer }>({
    text: `select id, address_cipher address, body_cipher body from outbound_message where user_id = $1 order by id`,
    values: [userId],
  })
  return rows.map(({ id, address, body }) => ({
    address: keys.decrypt(address, { table: 'outbound_message', column: 'address', id }),
    ...(JSON.parse(keys.decrypt(body, { table: 'outbound_message', column: 'body', id })) as { kind: string }),
  }))
}

async function linkFor(email: string): Promise<string> {
  const link = await issueOperatorResetLink(operator(), { user: email })
  if (!link) throw new Error('No link.')
  return link.token
}

describe('changing the password', () => {
  it('takes the present one, ends every other session and gives this one another token', async () => {
    const person = await hospital.signUpPerson()
    const [here, there] = [await enter(person.email, testPassword), await enter(person.email, testPassword)]
    const ctx = await sessionOf(here.token)
    await expect(changePassword(ctx, { current: 'not it at all', password: next })).rejects.toMatchObject({
      code: 'credentials_wrong',
      details: { field: 'current' },
    })
    await expect(changePassword(ctx, { current: testPassword, password: 'short' })).rejects.toMatchObject({
      code: 'password_weak',
    })
    // The session that `signUpPerson` made, and the other device.
    const changed = await changePassword(ctx, { current: testPassword, password: next })
    expect(changed.endedSessions).toBe(2)
    expect(await hospital.db.sessions.findFresh(changed.session.token)).not.toBeNull()
    for (const { token } of [here, there]) expect(await hospital.db.sessions.findFresh(token)).toBeNull()
    await expect(enter(person.email, testPassword)).rejects.toMatchObject({ code: 'credentials_wrong' })
    await enter(person.email, next)
    expect((await mailTo(person.userId)).map(({ kind }) => kind)).toEqual(['password-changed'])
  })

  it('cannot be guessed from an open screen: wrong ones lock the account as sign-ins do', async () => {
    const person = await hospital.signUpPerson()
    const ctx = hospital.as(person.actor)
    const tries = Array.from({ length: 7 }, () => changePassword(ctx, { current: 'a wrong guess', password: next }))
    const { done, codes } = outcomesOf(await Promise.allSettled(tries))
    expect({ done, wrong: codes.filter((code) => code === 'credentials_wrong').length }).toEqual({ done: 0, wrong: 5 })
    await expect(enter(person.email, testPassword)).rejects.toMatchObject({ code: 'locked_out' })
  })

  it('happens once, when two change it at the same moment', async () => {
    const person = await hospital.signUpPerson()
    const ctx = hospital.as(person.actor)
    const both = [`${next} one`, `${next} two`].map((password) =>
      changePassword(ctx, { current: testPassword, password }),
    )
    expect(outcomesOf(await Promise.allSettled(both))).toEqual({ done: 1, codes: ['credentials_wrong'] })
  })
})

describe('a link to set a new password', () => {
  it('goes to the address, opens once, ends all sessions and lifts the lock', async () => {
    const person = await hospital.signUpPerson()
    const { token: session } = await enter(person.email, testPassword)
    for (let round = 0; round < 5; round++) await enter(person.email, 'a wrong guess').catch(() => undefined)
    await requestPasswordReset(guest(), { email: ` ${person.email.toUpperCase()} ` })
    const [mail] = await mailTo(person.userId)
    expect(mail).toMatchObject({ address: person.email, kind: 'password-reset' })
    const token = mail?.token ?? ''
    await expect(resetPassword(guest(), { token, password: 'short' })).rejects.toMatchObject({ code: 'password_weak' })
    const tries = Array.from({ length: 5 }, () => resetPassword(guest(), { token, password: next }))
    expect(outcomesOf(await Promise.allSettled(tries))).toEqual({
      done: 1,
      codes: Array.from({ length: 4 }, () => 'reset_invalid'),
    })
    expect(await hospital.db.sessions.findFresh(session)).toBeNull()
    await enter(person.email, next)
  })

  it('is asked for with one answer, whether or not the address has an account, and three times an hour', async () => {
    const { email } = await hospital.signUpPerson()
    const askFor = async (address: string) => {
      const answers: unknown[] = []
      for (let round = 0; round < 5; round++) {
        answers.push(
          await requestPasswordReset(guest(), { email: address }).catch(({ code, message, details }) => ({
            code,
            message,
            details,
          })),
        )
      }
      return answers
    }
    const known = await askFor(email)
    expect(await askFor(`${uuidv7()}@example.org`)).toEqual(known)
    expect(known.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => ({ accepted: true })))
    expect(known[3]).toMatchObject({ code: 'too_many', details: { retryAfter: 3600 } })
    hospital.clock.advance(3600)
    expect(await requestPasswordReset(guest(), { email })).toEqual({ accepted: true })
  })

  it('is counted when many ask at the same moment', async () => {
    const { email, userId } = await hospital.signUpPerson()
    const tries = Array.from({ length: 8 }, () => requestPasswordReset(guest(), { email }))
    expect(outcomesOf(await Promise.allSettled(tries)).done).toBe(3)
    expect(await mailTo(userId)).toHaveLength(3)
  })

  it('ends after half an hour, with a newer one, with a change of the password, and with the login', async () => {
    const refused = { code: 'reset_invalid', details: { field: 'token' } }
    const open = (token: string) => resetPassword(guest(), { token, password: next })
    await expect(open('no such token')).rejects.toMatchObject(refused)
    const person = await hospital.signUpPerson()
    const late = await linkFor(person.email)
    hospital.clock.advance(30 * 60)
    await expect(open(late)).rejects.toMatchObject(refused)
    const older = await linkFor(person.email)
    const newer = await linkFor(person.email)
    await expect(open(older)).rejects.toMatchObject(refused)
    await changePassword(hospital.as(person.actor), { current: testPassword, password: `${next} again` })
    await expect(open(newer)).rejects.toMatchObject(refused)
    const last = await linkFor(person.email)
    await hospital.db.sql({ text: 'update app_user set disabled_at = now() where id = $1', values: [person.userId] })
    await expect(open(last)).rejects.toMatchObject(refused)
    expect(await issueOperatorResetLink(operator(), { user: person.email })).toBeNull()
  })

  it('is in the database neither in clear nor in any form that opens it', async () => {
    const person = await hospital.signUpPerson()
    await requestPasswordReset(guest(), { email: person.email })
    const [mail] = await mailTo(person.userId)
    const token = mail?.token ?? ''
    expect(token.length).toBeGreaterThan(20)
    const rows = await hospital.db.sql<{ text: string }>({
      text: `select to_jsonb(r)::text as text from password_reset r union all select to_jsonb(m)::text from outbound_message m`,
    })
    const hex = Buffer.from(token).toString('hex')
    expect(
      rows.filter(({ text }) => text.includes(token) || text.includes(hex) || text.includes(person.email)),
    ).toEqual([])
  })
})

describe('one’s own login', () => {
  it('is read and renamed by its owner', async () => {
    const person = await hospital.signUpPerson()
    const ctx = hospital.as(person.actor)
    expect(await getProfile(ctx)).toMatchObject({ id: person.userId, name: 'Paula Patient', email: person.email })
    await updateProfile(ctx, { name: 'Paula P.' })
    expect(await getProfile(ctx)).toMatchObject({ name: 'Paula P.' })
    await expect(getProfile(guest())).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await getProfile(hospital.as(hospital.gateway))).toMatchObject({ name: 'Gateway', email: null })
  })

  it('changes its address by password alone, to one that nobody has, and tells the former one', async () => {
    const person = await hospital.signUpPerson()
    const other = await hospital.signUpPerson()
    const ctx = hospital.as(person.actor)
    const email = `${uuidv7()}@example.org`
    await expect(changeEmail(ctx, { email, password: 'not it at all' })).rejects.toMatchObject({
      code: 'credentials_wrong',
    })
    await expect(changeEmail(ctx, { email: other.email, password: testPassword })).rejects.toMatchObject({
      code: 'email_taken',
    })
    const link = await linkFor(person.email)
    expect(await changeEmail(ctx, { email: email.toUpperCase(), password: testPassword })).toEqual({
      state: 'changed',
      email,
    })
    await enter(email, testPassword)
    await expect(enter(person.email, testPassword)).rejects.toMatchObject({ code: 'credentials_wrong' })
    await expect(resetPassword(guest(), { token: link, password: next })).rejects.toMatchObject({
      code: 'reset_invalid',
    })
    expect(await mailTo(person.userId)).toEqual([{ address: person.email, kind: 'email-changed' }])
  })
})

describe('validating a token', () => {
  it('says whose it is, and of any other only that it is not valid, never an error', async () => {
    const person = await hospital.signUpPerson()
    const { token } = await enter(person.email, testPassword)
    const ctx = await sessionOf(token)
    expect(await validateToken(ctx)).toMatchObject({
      valid: true,
      user: { id: person.userId },
      capacities: [{ as: 'patient', role: 'self', patientId: person.patientId }],
    })
    expect(await validateToken(guest())).toEqual({ valid: false })
    await hospital.db.sql({ text: 'update app_user set disabled_at = now() where id = $1', values: [person.userId] })
    expect(await validateToken(ctx)).toEqual({ valid: false })
  })
})
