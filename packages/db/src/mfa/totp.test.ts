import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { codeOf, Login, relyingParty } from '../../test/login.ts'
import { completeSignIn } from '../identity/sign-in.ts'
import { ownLogin } from '../identity/own-login.ts'
import { stepUp } from '../identity/step-up.ts'
import { anonymous } from '../policy/actor.ts'
import { regenerateRecoveryCodes } from './change-factors.ts'
import { myFactors } from './my-factors.ts'
import type { Proof } from './prove.ts'
import { listNotices } from './security-notices.ts'
import { confirmTotp, enrolTotp, removeTotp } from './totp-factor.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

type SecondStep = Exclude<Proof, { method: 'password' }>

/** The second step with a ticket of its own unless one is given. */
async function second(login: Login, proof: SecondStep, ticket?: string) {
  const first = ticket === undefined ? await login.firstStep() : { state: 'second-factor' as const, ticket }
  if (first.state !== 'second-factor') throw new Error('No second factor is asked for.')
  return completeSignIn(hospital.as(anonymous), { ticket: first.ticket, proof, userAgent: null, relyingParty })
}

async function ticketOf(login: Login, userAgent: string | null = null): Promise<string> {
  const first = await login.firstStep(userAgent)
  if (first.state !== 'second-factor') throw new Error('No second factor is asked for.')
  return first.ticket
}

const codeOfRefusal = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'opened',
    ({ code }: { code: string }) => code,
  )

describe('an authenticator app', () => {
  it('counts only when a code of it confirmed it, and is then asked for at every sign-in', async () => {
    const login = await Login.join(hospital)
    const { secret, uri } = await enrolTotp(await login.ctx())
    expect(uri).toContain(`secret=${secret}`)
    expect(uri).toContain(encodeURIComponent(login.email))
    await expect(confirmTotp(await login.ctx(), { code: '000000' })).rejects.toMatchObject({
      code: 'credentials_wrong',
    })
    expect((await login.firstStep()).state).toBe('signed-in')
    await login.addTotp()
    expect(login.recoveryCodes).toHaveLength(10)
    expect(await login.firstStep()).toMatchObject({ state: 'second-factor', methods: ['totp', 'recovery-code'] })
    await login.signIn()
    expect(await myFactors(await login.ctx())).toMatchObject({
      hasTotp: true,
      recoveryCodes: 10,
      stepUpMethods: ['totp'],
    })
  })

  it('has its secret encrypted in the database', async () => {
    const login = await Login.join(hospital)
    await login.addTotp()
    const rows = await hospital.db.sql<{ text: string }>({
      text: 'select to_jsonb(t)::text as text from totp_factor t',
    })
    const raw = [login.secret, Buffer.from(login.secret).toString('hex')]
    expect(rows.some(({ text }) => raw.some((form) => text.includes(form)))).toBe(false)
  })

  it('may be a step off either way, no more', async () => {
    const login = await Login.join(hospital)
    await login.addTotp()
    for (const [seconds, outcome] of [
      [-60, 'credentials_wrong'],
      [60, 'credentials_wrong'],
      [30, 'opened'],
    ] as const) {
      hospital.clock.advance(120)
      const code = codeOf(login.secret, new Date(hospital.clock.now.getTime() + seconds * 1000))
      expect({ seconds, outcome: await codeOfRefusal(second(login, { method: 'totp', code })) }).toEqual({
        seconds,
        outcome,
      })
    }
    hospital.clock.advance(120)
    const before = codeOf(login.secret, new Date(hospital.clock.now.getTime() - 30_000))
    expect(await codeOfRefusal(second(login, { method: 'totp', code: before }))).toBe('opened')
  })

  it('opens once with a code, however many send it at once, and never with one before it', async () => {
    const login = await Login.join(hospital)
    await login.addTotp()
    const code = login.nextCode()
    const tickets = await Promise.all([1, 2, 3, 4].map(() => ticketOf(login)))
    const outcomes = await Promise.all(
      tickets.map((ticket) => codeOfRefusal(second(login, { method: 'totp', code }, ticket))),
    )
    expect(outcomes.filter((outcome) => outcome === 'opened')).toHaveLength(1)
    // Neither again, nor for a step-up, nor the neighbour that the window would still allow.
    await login.signIn()
    for (const used of [login.code(), codeOf(login.secret, new Date(hospital.clock.now.getTime() - 30_000))]) {
      const again = stepUp(await login.ctx(), { proof: { method: 'totp', code: used }, relyingParty })
      expect(await codeOfRefusal(again)).toBe('credentials_wrong')
    }
    // Whoever guesses in an open session is on record.
    await hospital.db.refusals.settled()
    const rows = await hospital.db.sql<{ count: number }>({
      text: `select sum((detail->>'count')::int)::int count from audit_entry
              where action = 'identity.sign-in-refused' and resource_id = $1`,
      values: [ownLogin(await login.ctx()).userId],
    })
    expect(rows[0]?.count).toBeGreaterThanOrEqual(2)
  })

  it('guessed at: five tries count, however they are sent, then it locks and locks for longer; passwords are not touched', async () => {
    const login = await Login.join(hospital)
    await login.addTotp()
    const tickets = await Promise.all(Array.from({ length: 3 }, () => ticketOf(login)))
    const guesses = tickets.flatMap((ticket) =>
      Array.from({ length: 4 }, (_, index) =>
        codeOfRefusal(second(login, { method: 'totp', code: String(index).padStart(6, '9') }, ticket)),
      ),
    )
    const codes = await Promise.all(guesses)
    expect(codes.filter((code) => code === 'credentials_wrong')).toHaveLength(5)
    expect(codes.filter((code) => code === 'locked_out')).toHaveLength(7)
    expect(await codeOfRefusal(second(login, { method: 'totp', code: login.code() }))).toBe('locked_out')
    // The owner who has the codes on paper is not kept out by whoever guesses.
    const [code = ''] = login.recoveryCodes
    expect(await codeOfRefusal(second(login, { method: 'recovery-code', code }))).toBe('opened')
    hospital.clock.advance(31)
    expect(await codeOfRefusal(second(login, { method: 'totp', code: '999999' }))).toBe('credentials_wrong')
    hospital.clock.advance(31)
    expect(await codeOfRefusal(second(login, { method: 'totp', code: login.code() }))).toBe('locked_out')
    hospital.clock.advance(60)
    expect(await codeOfRefusal(second(login, { method: 'totp', code: login.code() }))).toBe('opened')
  })

  it('takes the place of another one when its own code says so, and leaves with a step-up alone', async () => {
    const login = await Login.join(hospital)
    await login.addTotp()
    const [first, codes] = [login.secret, login.recoveryCodes]
    await login.addTotp()
    expect(login.recoveryCodes).toEqual(codes)
    hospital.clock.advance(31)
    const old = codeOf(first, hospital.clock.now)
    expect(await codeOfRefusal(second(login, { method: 'totp', code: old }))).toBe('credentials_wrong')
    await login.signIn()
    hospital.clock.advance(601)
    await expect(removeTotp(await login.ctx())).rejects.toMatchObject({
      code: 'step_up_required',
      details: { methods: ['totp'] },
    })
    await login.signIn()
    expect(await removeTotp(await login.ctx())).toEqual({ removed: true })
    expect((await login.firstStep()).state).toBe('signed-in')
    expect(await myFactors(await login.ctx())).toMatchObject({ hasTotp: false, recoveryCodes: 0 })
    const kinds = (await listNotices(await login.ctx())).map(({ kind }) => kind)
    expect(kinds).toEqual(['totp-removed', 'totp-added', 'totp-added'])
  })
})

describe('a recovery code', () => {
  it('opens once, however it is copied and however many use it at once', async () => {
    const login = await Login.join(hospital)
    await login.addTotp()
    const [first = '', other = ''] = login.recoveryCodes
    const tickets = await Promise.all([1, 2, 3].map(() => ticketOf(login)))
    const spelled = first.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
    const outcomes = await Promise.all(
      tickets.map((ticket) => codeOfRefusal(second(login, { method: 'recovery-code', code: spelled }, ticket))),
    )
    expect(outcomes.filter((outcome) => outcome === 'opened')).toHaveLength(1)
    await login.signIn()
    expect((await listNotices(await login.ctx()))[0]).toMatchObject({
      kind: 'recovery-code-used',
      by: 'self',
      isSeen: false,
    })
    const { recoveryCodes } = await regenerateRecoveryCodes(await login.ctx())
    expect(new Set([...recoveryCodes, ...login.recoveryCodes]).size).toBe(20)
    expect(await codeOfRefusal(second(login, { method: 'recovery-code', code: other }))).toBe('credentials_wrong')
    const [fresh = ''] = recoveryCodes
    expect(await codeOfRefusal(second(login, { method: 'recovery-code', code: fresh }))).toBe('opened')
  })

  it('of one login opens no other, and none is made up', async () => {
    const [login, stranger] = [await Login.join(hospital), await Login.join(hospital)]
    await login.addTotp()
    await stranger.addTotp()
    const [code = ''] = login.recoveryCodes
    expect(await codeOfRefusal(second(stranger, { method: 'recovery-code', code }))).toBe('credentials_wrong')
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 50 }), async (made) => {
        expect(await codeOfRefusal(second(login, { method: 'recovery-code', code: made }))).toBe('credentials_wrong')
      }),
      { numRuns: 10 },
    )
  })
})

describe('the ticket between the two steps', () => {
  it('lives five minutes, opens one session, bears five attempts and stays in the client that got it', async () => {
    const login = await Login.join(hospital)
    await login.addTotp()
    const late = await ticketOf(login)
    hospital.clock.advance(301)
    expect(await codeOfRefusal(second(login, { method: 'totp', code: login.code() }, late))).toBe('ticket_invalid')
    const elsewhere = await ticketOf(login, 'Firefox')
    expect(await codeOfRefusal(second(login, { method: 'totp', code: login.code() }, elsewhere))).toBe('ticket_invalid')
    const used = await ticketOf(login)
    expect(await codeOfRefusal(second(login, { method: 'totp', code: login.code() }, used))).toBe('opened')
    const [code = ''] = login.recoveryCodes
    expect(await codeOfRefusal(second(login, { method: 'recovery-code', code }, used))).toBe('ticket_invalid')
    const tried = await ticketOf(login)
    const wrong = await Promise.all(
      Array.from({ length: 9 }, () => codeOfRefusal(second(login, { method: 'recovery-code', code: 'wrong' }, tried))),
    )
    expect(wrong.filter((outcome) => outcome === 'credentials_wrong')).toHaveLength(5)
    expect(await codeOfRefusal(second(login, { method: 'recovery-code', code }, tried))).toBe('ticket_invalid')
    expect(await codeOfRefusal(second(login, { method: 'recovery-code', code }, 'no ticket'))).toBe('ticket_invalid')
  })

  it('is in the database only as a hash, and is no session', async () => {
    const login = await Login.join(hospital)
    await login.addTotp()
    const ticket = await ticketOf(login)
    const rows = await hospital.db.sql<{ text: string }>({
      text: 'select to_jsonb(t)::text as text from sign_in_ticket t',
    })
    const forms = [ticket, Buffer.from(ticket).toString('hex')]
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.some(({ text }) => forms.some((form) => text.includes(form)))).toBe(false)
    expect(await hospital.db.sessions.find(ticket)).toBeNull()
  })
})
