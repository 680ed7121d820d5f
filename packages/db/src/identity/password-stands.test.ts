import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdTransaction } from '../../test/held-transaction.ts'
import { type SignedUpPerson, type TestHospital, testHospital, testPassword } from '../../test/hospital.ts'
import { Login, relyingParty } from '../../test/login.ts'
import { opened } from '../../test/opened.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { anonymous, systemActor } from '../policy/actor.ts'
import { issueOperatorResetLink } from './operator-reset-link.ts'
import { changeEmail } from './profile.ts'
import { requestPasswordReset, resetPassword } from './reset-password.ts'
import { completeSignIn, signIn } from './sign-in.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const guest = () => hospital.as(anonymous)
const credentials = (email: string) => ({ email, password: testPassword, userAgent: null })

/** The owner sets another password by a link, as who fears for the one before. */
async function reset(user: string): Promise<void> {
  const link = await issueOperatorResetLink(hospital.as(systemActor('operator')), { user })
  await resetPassword(guest(), { token: link?.token ?? '', password: 'another long pass phrase' })
}

/** A guest whose sign-in stops where the password was right and nothing is open yet. */
function stopping() {
  const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const { db, ...ctx } = guest()
  const held = async <T>(work: () => Promise<T>): Promise<T> => {
    reached.resolve()
    await gate.promise
    return work()
  }
  const sessions = Object.create(db.sessions, {
    open: { value: (...asked: Parameters<typeof db.sessions.open>) => held(() => db.sessions.open(...asked)) },
    find: { value: (token: string) => db.sessions.find(token) },
  }) as typeof db.sessions
  const sql: typeof db.sql = (statement) =>
    statement.text.startsWith('insert into sign_in_ticket') ? held(() => db.sql(statement)) : db.sql(statement)
  const stopped = Object.create(db, { sessions: { value: sessions }, sql: { value: sql } }) as typeof db
  return { ctx: { ...ctx, db: stopped }, reached: reached.promise, goOn: gate.resolve }
}

const sessionsOf = (userId: string) =>
  hospital.db.sql({ text: 'select 1 from session where user_id = $1', values: [userId] })

describe('a new password', () => {
  it('leaves no session to whoever signs in with the one before in the same moment', async () => {
    const { email, userId } = await hospital.signUpPerson()
    const { ctx, reached, goOn } = stopping()
    const entering = signIn(ctx, credentials(email)).catch((error: unknown) => error)
    await reached
    await reset(email)
    goOn()
    expect(await entering).toMatchObject({ code: 'credentials_wrong' })
    expect(await sessionsOf(userId)).toEqual([])
  })

  it('ends sign-ins that wait for the second factor, begun before or in the same moment', async () => {
    const login = await Login.join(hospital)
    await login.addTotp()
    const before = await login.firstStep()
    const { ctx, reached, goOn } = stopping()
    const entering = signIn(ctx, credentials(login.email)).catch((error: unknown) => error)
    await reached
    await reset(login.email)
    goOn()
    expect(await entering).toMatchObject({ code: 'credentials_wrong' })
    if (before.state !== 'second-factor') throw new Error('No second factor is asked for.')
    const proof = { method: 'totp', code: login.nextCode() } as const
    const step = { ticket: before.ticket, proof, userAgent: null, relyingParty }
    await expect(completeSignIn(guest(), step)).rejects.toMatchObject({ code: 'ticket_invalid' })
  })

  it('leaves no session to whoever gives the second factor in the same moment', async () => {
    const login = await Login.join(hospital)
    await login.addTotp()
    const first = await login.firstStep()
    if (first.state !== 'second-factor') throw new Error('No second factor is asked for.')
    const { ctx, reached, goOn } = stopping()
    const proof = { method: 'totp', code: login.nextCode() } as const
    const step = { ticket: first.ticket, proof, userAgent: null, relyingParty }
    const entering = completeSignIn(ctx, step).catch((error: unknown) => error)
    await reached
    await reset(login.email)
    goOn()
    expect(await entering).toMatchObject({ code: 'ticket_invalid' })
    await expect(hospital.db.sessions.findFresh(login.token)).resolves.toBeNull()
  })

  it('keeps the address from whoever changes it by the password before in the same moment', async () => {
    const person = await hospital.signUpPerson()
    const ctx = await signedIn(person)
    await using held = await holdTransaction(hospital.url)
    await held.sql({ text: `update app_user set password_hash = 'another' where id = $1`, values: [person.userId] })
    const changing = changeEmail(ctx, { email: `${uuidv7()}@example.org`, password: testPassword })
    const outcome = changing.catch((error: unknown) => error)
    await held.isWaitedFor()
    await held.commit()
    expect(await outcome).toMatchObject({ code: 'credentials_wrong', details: { field: 'password' } })
  })
})

it('a link to the former address is none when the address changes in the same moment', async () => {
  const { email, userId } = await hospital.signUpPerson()
  await using held = await holdTransaction(hospital.url)
  await held.sql({
    text: 'update app_user set email_index = $2 where id = $1',
    values: [userId, hospital.db.keys.blindIndex('email', `${uuidv7()}@example.org`)],
  })
  const asking = requestPasswordReset(guest(), { email })
  await held.isWaitedFor()
  await held.commit()
  await asking
  const links = await hospital.db.sql({ text: 'select 1 from password_reset where user_id = $1', values: [userId] })
  expect(links).toEqual([])
})

async function signedIn({ email }: SignedUpPerson) {
  const { token } = opened(await signIn(guest(), credentials(email)))
  const session = await hospital.db.sessions.findFresh(token)
  if (!session) throw new Error('No session.')
  return hospital.as({ ...session, kind: 'user', capacity: null })
}
