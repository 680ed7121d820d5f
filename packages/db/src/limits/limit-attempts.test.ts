import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestHospital, testHospital, testPassword } from '../../test/hospital.ts'
import { openDatabase } from '../database/open-database.ts'
import { signUpHospital } from '../hospitals/sign-up-hospital.ts'
import { acceptInvitation } from '../identity/accept-invitation.ts'
import { signIn } from '../identity/sign-in.ts'
import type { Ctx } from '../kernel/context.ts'
import { deleteExpired } from '../kernel/delete-expired.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { anonymous } from '../policy/actor.ts'
import { forgiveAttempt, limitAttempts } from './limit-attempts.ts'
import { inviteStaff } from '../../test/invite.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const start = new Date('2026-03-01T08:00:00Z')
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000)
const codeOf = (error: unknown) => Object(error).code as unknown
/** A stranger's request from a network address. */
const from = (address: string): Ctx => ({ ...hospital.as(anonymous), address })
const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => codeOf(error),
  )

describe('attempts', () => {
  it('made at once by several processes are all counted: exactly the allowed number passes', async () => {
    const second = await openDatabase({ url: hospital.url, keys: hospital.db.keys, poolSize: 4 })
    try {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 20 }), async (most, tries) => {
          const subject = uuidv7()
          const results = await Promise.all(
            Array.from({ length: tries }, (_, index) =>
              failure(
                limitAttempts(
                  index % 2 === 0 ? hospital.db : second,
                  { what: 'code', subject, most, withinSeconds: 60 },
                  start,
                ),
              ),
            ),
          )
          expect(results.filter((result) => result === 'done')).toHaveLength(Math.min(most, tries))
          expect(results.filter((result) => result === 'too_many')).toHaveLength(Math.max(0, tries - most))
        }),
        { numRuns: 25 },
      )
    } finally {
      await second.close()
    }
  })

  it('say when to come again, and pass again then; trying meanwhile does not lengthen it', async () => {
    const limit = { what: 'link', subject: uuidv7(), most: 2, withinSeconds: 60 } as const
    await limitAttempts(hospital.db, limit, start)
    await limitAttempts(hospital.db, limit, later(10))
    for (const [second, retryAfter] of [
      [20, 40],
      [59.5, 1],
    ] as const) {
      await expect(limitAttempts(hospital.db, limit, later(second))).rejects.toMatchObject({
        code: 'too_many',
        retryable: true,
        details: { retryAfter },
      })
    }
    await limitAttempts(hospital.db, limit, later(60))
  })

  it('of one kind or one subject leave another’s alone, and one given back counts no more', async () => {
    const subject = uuidv7()
    const once = { most: 1, withinSeconds: 60 }
    await limitAttempts(hospital.db, { what: 'code', subject, ...once }, start)
    await limitAttempts(hospital.db, { what: 'password-reset', subject, ...once }, start)
    await limitAttempts(hospital.db, { what: 'code', subject: uuidv7(), ...once }, start)
    await forgiveAttempt(hospital.db, { what: 'code', subject })
    await limitAttempts(hospital.db, { what: 'code', subject, ...once }, start)
    await expect(limitAttempts(hospital.db, { what: 'code', subject, ...once }, start)).rejects.toMatchObject({
      code: 'too_many',
    })
  })

  it('are stored without an address or a name in clear, and forgotten when their window is over', async () => {
    const subject = '198.51.100.77'
    const count = () => hospital.db.sql<{ row: string }>({ text: `select t::text row from attempt_count t` })
    await limitAttempts(hospital.db, { what: 'code', subject, most: 1, withinSeconds: 60 }, hospital.clock.now)
    const text = JSON.stringify(await count())
    expect(text).not.toContain(subject)
    expect(text).not.toContain(Buffer.from(subject).toString('hex'))
    await deleteExpired(hospital.db, new Date(hospital.clock.now.getTime() + 366 * 86_400_000))
    expect(await count()).toEqual([])
  })
})

describe('one network address', () => {
  it('cannot try one password on many names, not by opening an account of its own in between either', async () => {
    const address = '203.0.113.9'
    const email = `${uuidv7()}@example.org`
    const { token } = await inviteStaff(hospital.as(hospital.admin), { email, role: 'nurse' })
    await acceptInvitation(from('203.0.113.10'), { token, name: 'Nora', password: testPassword })
    const own = () => signIn(from(address), { email, password: testPassword, userAgent: null })
    // Names that are locked already cost no hashing and count all the same.
    const victim = `${uuidv7()}@example.org`
    const spray = () => signIn(from(address), { email: victim, password: 'Winter2026!', userAgent: null })
    const codes: unknown[] = []
    for (let round = 0; round < 100; round++) codes.push(await failure(spray()))
    expect(new Set(codes)).toEqual(new Set(['credentials_wrong', 'locked_out']))
    expect(await failure(spray())).toBe('too_many')
    expect(await failure(own())).toBe('too_many')
    expect(await failure(signIn(from('203.0.113.11'), { email, password: testPassword, userAgent: null }))).toBe('done')
    hospital.clock.advance(600)
    for (let round = 0; round < 3; round++) await own()
    const subject = hospital.db.keys.blindIndex('attempts', address)
    const [left] = await hospital.db.sql({
      text: `select attempts from attempt_count where what = 'sign-in' and subject = $1`,
      values: [subject],
    })
    expect(left).toEqual({ attempts: 0 })
  })

  it('cannot guess invitations without end', async () => {
    const open = () => acceptInvitation(from('203.0.113.20'), { token: uuidv7(), name: 'Eve', password: testPassword })
    const codes: unknown[] = []
    for (let round = 0; round < 101; round++) codes.push(await failure(open()))
    expect(codes.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => 'invitation_invalid'))
    expect(codes.at(-1)).toBe('too_many')
  })

  it('cannot sign up hospitals without end', async () => {
    const signUp = () =>
      signUpHospital(from('203.0.113.30'), {
        hospital: { name: 'Taken', timeZone: 'UTC' },
        admin: { name: 'Eve', email: `${uuidv7()}@example.org`, password: 'short' },
      })
    const codes: unknown[] = []
    for (let round = 0; round < 31; round++) codes.push(await failure(signUp()))
    expect(codes[0]).toBe('password_weak')
    expect(codes.at(-1)).toBe('too_many')
  })
})

it('an inbox is not flooded with invitations', async () => {
  const email = `${uuidv7()}@example.org`
  const invite = () => inviteStaff(hospital.as(hospital.admin), { email, role: 'nurse' })
  for (let round = 0; round < 10; round++) await invite()
  await expect(invite()).rejects.toMatchObject({ code: 'too_many' })
})
