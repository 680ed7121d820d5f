import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { holdTransaction, outcomesOf } from '../../test/held-transaction.ts'
import { type SignedUpPerson, type TestHospital, testHospital, testPassword } from '../../test/hospital.ts'
import { opened } from '../../test/opened.ts'
import { signUpHospital } from '../hospitals/sign-up-hospital.ts'
import type { Ctx } from '../kernel/context.ts'
import { deleteExpired } from '../kernel/delete-expired.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { messagePlace, storedOutbound } from '../outbound/outbound.ts'
import { type Actor, anonymous } from '../policy/actor.ts'
import { changePassword } from './change-password.ts'
import { confirmAddress } from './confirm-address.ts'
import { changeEmail, getProfile } from './profile.ts'
import { signIn } from './sign-in.ts'
import { signUpPatient } from './sign-up-patient.ts'

let hospital: TestHospital
let email: string
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())
beforeEach(() => {
  email = `${uuidv7()}@example.org`
})

/** On a server that sends mail. */
function mailing(actor: Actor = anonymous): Ctx {
  const ctx = hospital.as(actor)
  const outbound = storedOutbound(ctx.db.keys, { isSent: true, sendsWhatsApp: false })
  return { ...ctx, db: Object.create(ctx.db, { outbound: { value: outbound } }) as typeof ctx.db }
}

const person = { givenName: 'Maria', familyName: 'Muster', birthDate: '1966-03-14', sex: 'female' } as const
const signUp = (address = email) => signUpPatient(mailing(), { ...person, email: address, password: testPassword })
const enter = (address: string, password = testPassword) =>
  signIn(mailing(), { email: address, password, userAgent: null })
const confirm = (token: string, password = testPassword) => confirmAddress(mailing(), { token, password })
const nobodys = { code: 'credentials_wrong' }
const invalid = { code: 'confirmation_invalid', details: { field: 'token' } }
const asPerson = async ({ userId }: SignedUpPerson) => mailing(await hospital.actorOfUser(userId))

/** Letters to an address, oldest first. */
async function lettersTo(address: string): Promise<{ kind: string; token?: string }[]> {
  const { keys, sql } = hospital.db
  const rows = await sql<{ id: string; address: Buffer; body: Buffer }>({
    text: 'select id, address_cipher address, body_cipher body from outbound_message order by id',
  })
  return rows
    .filter((row) => keys.decrypt(row.address, messagePlace(row.id, 'address')) === address)
    .map(({ id, body }) => JSON.parse(keys.decrypt(body, messagePlace(id, 'body'))) as { kind: string; token?: string })
}

const tokenTo = async (address: string) => (await lettersTo(address)).at(-1)?.token ?? ''

describe('a sign-up where mail is sent', () => {
  it('answers the same whether or not the address has an account; only its owner hears which', async () => {
    const known = await hospital.signUpPerson()
    const answers = [await signUp(known.email.toUpperCase()), await signUp()]
    expect(answers).toEqual([{ state: 'confirm' }, { state: 'confirm' }])
    const hospitals = [known.email, `${uuidv7()}@example.org`].map((address) =>
      signUpHospital(mailing(), {
        hospital: { name: `Mail ${uuidv7()}`, timeZone: 'UTC' },
        admin: { name: 'Eve', email: address, password: testPassword },
      }),
    )
    expect(await Promise.all(hospitals)).toEqual(answers)
    expect((await lettersTo(known.email)).map(({ kind }) => kind)).toEqual(['address-known', 'address-known'])
    expect(await lettersTo(email)).toMatchObject([{ kind: 'confirm-address' }])
    // Nor by trying the password that was chosen: nothing is open yet, nor changed.
    await expect(enter(email)).rejects.toMatchObject(nobodys)
    opened(await enter(known.email))
  })

  it('is done by whoever opens the link and chose the password, once, for a day', async () => {
    await signUp()
    const token = await tokenTo(email)
    const wrong = confirmAddress(mailing(), { token, password: 'not what they chose' })
    await expect(wrong).rejects.toMatchObject({ code: 'credentials_wrong', details: { field: 'password' } })
    const tries = Array.from({ length: 3 }, () => confirm(token))
    expect(outcomesOf(await Promise.allSettled(tries))).toEqual({
      done: 1,
      codes: ['confirmation_invalid', 'confirmation_invalid'],
    })
    expect(opened(await enter(email)).capacities).toMatchObject([{ as: 'patient', relation: 'self' }])
    await expect(confirm('invented')).rejects.toMatchObject(invalid)

    const late = `${uuidv7()}@example.org`
    await signUp(late)
    hospital.clock.advance(24 * 3_600)
    await expect(confirm(await tokenTo(late))).rejects.toMatchObject(invalid)
    await deleteExpired(hospital.db, hospital.clock.now)
    expect(await hospital.db.sql({ text: 'select 1 from address_confirmation' })).toEqual([])
  })

  it('makes a hospital and its administrator, unless somebody took the name meanwhile', async () => {
    const signUpNamed = (name: string, address: string) =>
      signUpHospital(mailing(), {
        hospital: { name, timeZone: 'UTC' },
        admin: { name: 'Ada', email: address, password: testPassword },
      })
    const name = `Mail ${uuidv7()}`
    const other = `${uuidv7()}@example.org`
    await signUpNamed(name, email)
    await signUpNamed(name, other)
    expect(await confirm(await tokenTo(email))).toMatchObject({ kind: 'hospital' })
    expect(opened(await enter(email)).capacities).toMatchObject([{ as: 'staff', role: 'hospital_admin' }])
    await expect(confirm(await tokenTo(other))).rejects.toMatchObject({ code: 'conflict' })
    await expect(signUpNamed(name, other)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('fills nobody’s inbox, and says as little of that', async () => {
    const known = await hospital.signUpPerson()
    for (const address of [known.email, email]) {
      const tries = Array.from({ length: 5 }, () => signUp(address))
      expect(outcomesOf(await Promise.allSettled(tries))).toEqual({ done: 3, codes: ['too_many', 'too_many'] })
    }
  })

  it('keeps what waits unreadable in the database', async () => {
    await signUp()
    const rows = await hospital.db.sql<{ text: string }>({ text: 'select c::text as text from address_confirmation c' })
    const text = rows.map((row) => row.text).join()
    for (const word of [email, 'Muster', '1966-03-14', 'argon2', await tokenTo(email)]) {
      expect(text).not.toContain(word)
      expect(text).not.toContain(Buffer.from(word).toString('hex'))
    }
  })
})

describe('another address where mail is sent', () => {
  it('waits for the new inbox, and tells the former one; of a known one the answer is the same', async () => {
    const [me, other] = [await hospital.signUpPerson(), await hospital.signUpPerson()]
    const ctx = await asPerson(me)
    const change = (address: string) => changeEmail(ctx, { email: address, password: testPassword })
    expect(await change(other.email)).toEqual({ state: 'confirm', email: other.email })
    expect(await change(email)).toEqual({ state: 'confirm', email })
    expect(await lettersTo(other.email)).toMatchObject([{ kind: 'address-known' }])
    expect((await getProfile(ctx)).email).toBe(me.email)
    expect(await confirm(await tokenTo(email))).toEqual({ kind: 'address' })
    expect((await getProfile(ctx)).email).toBe(email)
    expect(await lettersTo(me.email)).toMatchObject([{ kind: 'email-changed' }])
  })

  it('is void with the password that asked for it, also in the same moment', async () => {
    const me = await hospital.signUpPerson()
    const { token } = opened(await enter(me.email))
    const session = await hospital.db.sessions.findFresh(token)
    if (!session) throw new Error('No session.')
    const ctx = mailing({ ...session, kind: 'user', capacity: null })
    await changeEmail(ctx, { email, password: testPassword })
    const next = 'another long pass phrase'
    await changePassword(ctx, { current: testPassword, password: next })
    await expect(confirm(await tokenTo(email), next)).rejects.toMatchObject(invalid)

    await using held = await holdTransaction(hospital.url)
    await held.sql({ text: `update app_user set password_hash = 'another' where id = $1`, values: [me.userId] })
    const asking = changeEmail(await asPerson(me), { email: `${uuidv7()}@example.org`, password: next })
    const outcome = asking.catch((error: unknown) => error)
    await held.isWaitedFor()
    await held.commit()
    expect(await outcome).toMatchObject({ code: 'credentials_wrong', details: { field: 'password' } })
  })
})
