import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ceremony, SoftwareAuthenticator } from '../../test/authenticator.ts'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { Login, relyingParty } from '../../test/login.ts'
import { completeSignIn, signInWithPasskey } from '../identity/sign-in.ts'
import { stepUp } from '../identity/step-up.ts'
import { anonymous } from '../policy/actor.ts'
import { handleOf, type PasskeyAssertion, passkeySignInOptions, passkeyStepUpOptions } from './passkey-assertion.ts'
import { listPasskeys, passkeyRegistrationOptions, registerPasskey, removePasskey, renamePasskey } from './passkeys.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const guest = () => hospital.as(anonymous)
const origin = 'https://chartwire.example'
const ceremonyOf = ({ challenge }: { challenge: string }): Ceremony => ({ challenge, origin, rpId: relyingParty.id })

async function userId(login: Login): Promise<string> {
  const actor = await login.actor()
  if (actor.kind !== 'user') throw new Error('No user.')
  return actor.userId
}

/** A login with one passkey. */
async function withPasskey(): Promise<{ login: Login; key: SoftwareAuthenticator; id: string }> {
  const login = await Login.join(hospital)
  const key = new SoftwareAuthenticator()
  return { login, key, id: await add(login, key) }
}

async function add(login: Login, key: SoftwareAuthenticator, name = 'Phone'): Promise<string> {
  const options = await passkeyRegistrationOptions(await login.ctx(), { relyingParty })
  const response = key.register(ceremonyOf(options))
  const { id, session, recoveryCodes } = await registerPasskey(await login.ctx(), { name, response, relyingParty })
  login.token = session.token
  login.recoveryCodes = recoveryCodes ?? login.recoveryCodes
  return id
}

/** Signing in with a passkey alone, what is asked for changed on the way. */
async function alone(key: SoftwareAuthenticator, change: Partial<Ceremony> = {}, handle?: string) {
  const options = await passkeySignInOptions(guest(), { ticket: null, userAgent: null, relyingParty })
  return present(key.assert({ ...ceremonyOf(options), ...change }, handle))
}

const present = (response: PasskeyAssertion) => signInWithPasskey(guest(), { response, userAgent: null, relyingParty })

const refused = { code: 'credentials_wrong' }

describe('a passkey', () => {
  it('signs in alone, and says itself whose it is', async () => {
    const { login, key } = await withPasskey()
    expect(login.recoveryCodes).toHaveLength(10)
    const signedIn = await alone(key, {}, handleOf(await userId(login)))
    expect(signedIn.user.id).toBe(await userId(login))
    expect((await listPasskeys(await login.ctx()))[0]).toMatchObject({ name: 'Phone', lastUsedAt: expect.any(String) })
  })

  it('is the second step of a password, and a step-up', async () => {
    const { login, key } = await withPasskey()
    key.isUserVerified = false
    const first = await login.firstStep()
    if (first.state !== 'second-factor') throw new Error('No second factor.')
    expect(first.methods).toEqual(['passkey', 'recovery-code'])
    const options = await passkeySignInOptions(guest(), { ticket: first.ticket, userAgent: null, relyingParty })
    expect(options.allowCredentials).toMatchObject([{ id: key.id }])
    const response = key.assert(ceremonyOf(options))
    const proof = { method: 'passkey', response } as const
    const { token } = await completeSignIn(guest(), { ticket: first.ticket, proof, userAgent: null, relyingParty })
    login.token = token
    const again = await passkeyStepUpOptions(await login.ctx(), { relyingParty })
    const stepped = await stepUp(await login.ctx(), {
      proof: { method: 'passkey', response: key.assert(ceremonyOf(again)) },
      relyingParty,
    })
    expect(stepped.token).not.toBe(token)
  })

  it('lives among several, renamed and removed by its owner alone, registered once', async () => {
    const { login, key, id } = await withPasskey()
    const stranger = await withPasskey()
    const second = await add(login, new SoftwareAuthenticator(), 'Key ring')
    await renamePasskey(await login.ctx(), { id, name: 'Old phone' })
    expect((await listPasskeys(await login.ctx())).map(({ name }) => name)).toEqual(['Old phone', 'Key ring'])
    for (const attempt of [
      renamePasskey(await stranger.login.ctx(), { id, name: 'Mine' }),
      removePasskey(await stranger.login.ctx(), { id }),
    ]) {
      await expect(attempt).rejects.toMatchObject({ code: 'not_found' })
    }
    const options = await passkeyRegistrationOptions(await stranger.login.ctx(), { relyingParty })
    const response = key.register(ceremonyOf(options))
    const twice = registerPasskey(await stranger.login.ctx(), { name: 'Stolen', response, relyingParty })
    await expect(twice).rejects.toMatchObject({ code: 'conflict', details: { field: 'response' } })
    await removePasskey(await login.ctx(), { id })
    await expect(alone(key)).rejects.toMatchObject(refused)
    await removePasskey(await login.ctx(), { id: second })
    expect((await login.firstStep()).state).toBe('signed-in')
  })

  it('is asked for again after ten minutes, before another one is added', async () => {
    const { login } = await withPasskey()
    hospital.clock.advance(601)
    await expect(passkeyRegistrationOptions(await login.ctx(), { relyingParty })).rejects.toMatchObject({
      code: 'step_up_required',
      details: { methods: ['passkey'] },
    })
  })
})

describe('an attacker', () => {
  it('who replays an assertion is refused', async () => {
    const { key } = await withPasskey()
    const options = await passkeySignInOptions(guest(), { ticket: null, userAgent: null, relyingParty })
    const response = key.assert(ceremonyOf(options))
    const outcomes = await Promise.allSettled([present(response), present(response), present(response)])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(present(response)).rejects.toMatchObject(refused)
  })

  it('whose page has another origin, or whose site another name, is refused', async () => {
    const { key } = await withPasskey()
    for (const change of [
      { origin: 'https://chartwire.example.evil.example' },
      { origin: 'http://chartwire.example' },
      { rpId: 'evil.example' },
    ]) {
      await expect(alone(key, change)).rejects.toMatchObject(refused)
    }
  })

  it('who brings a challenge of their own, an old one, or one made for something else is refused', async () => {
    const { login, key } = await withPasskey()
    await expect(alone(key, { challenge: Buffer.alloc(32).toString('base64url') })).rejects.toMatchObject(refused)
    const old = await passkeySignInOptions(guest(), { ticket: null, userAgent: null, relyingParty })
    hospital.clock.advance(301)
    await expect(present(key.assert(ceremonyOf(old)))).rejects.toMatchObject(refused)
    const forStepUp = await passkeyStepUpOptions(await login.ctx(), { relyingParty })
    await expect(present(key.assert(ceremonyOf(forStepUp)))).rejects.toMatchObject(refused)
  })

  it('with a copy, whose counter goes back or stands still, is refused', async () => {
    const { key } = await withPasskey()
    key.counter = 10
    await alone(key)
    for (const behind of [10, 3, -1]) {
      key.counter = behind
      await expect(alone(key)).rejects.toMatchObject(refused)
    }
    key.counter = 11
    await alone(key)
  })

  it('with a passkey of their own gets into no account but theirs', async () => {
    const victim = await withPasskey()
    const { login, key } = await withPasskey()
    // Claims to be the victim.
    await expect(alone(key, {}, handleOf(await userId(victim.login)))).rejects.toMatchObject(refused)
    // Knows the victim's password, answers the second step with their own key.
    const first = await victim.login.firstStep()
    if (first.state !== 'second-factor') throw new Error('No second factor.')
    const options = await passkeySignInOptions(guest(), { ticket: first.ticket, userAgent: null, relyingParty })
    const proof = { method: 'passkey', response: key.assert(ceremonyOf(options)) } as const
    const attempt = completeSignIn(guest(), { ticket: first.ticket, proof, userAgent: null, relyingParty })
    await expect(attempt).rejects.toMatchObject(refused)
    // Holds the victim's session, steps up with their own key.
    const ask = await passkeyStepUpOptions(await victim.login.ctx(), { relyingParty })
    const stepped = stepUp(await victim.login.ctx(), {
      proof: { method: 'passkey', response: key.assert(ceremonyOf(ask)) },
      relyingParty,
    })
    await expect(stepped).rejects.toMatchObject(refused)
    // Signs the challenge that was made for the victim within their own session.
    const theirs = await passkeyStepUpOptions(await victim.login.ctx(), { relyingParty })
    const crossed = stepUp(await login.ctx(), {
      proof: { method: 'passkey', response: key.assert(ceremonyOf(theirs)) },
      relyingParty,
    })
    await expect(crossed).rejects.toMatchObject(refused)
  })

  it('who found a key that did not recognise its user does not sign in with it alone', async () => {
    const { key } = await withPasskey()
    key.isUserVerified = false
    await expect(alone(key)).rejects.toMatchObject(refused)
  })

  it('who registers with a challenge of another login, or signs with another key, is refused', async () => {
    const [login, stranger] = [await Login.join(hospital), await Login.join(hospital)]
    const options = await passkeyRegistrationOptions(await login.ctx(), { relyingParty })
    const response = new SoftwareAuthenticator().register(ceremonyOf(options))
    const attempt = registerPasskey(await stranger.ctx(), { name: 'Mine', response, relyingParty })
    await expect(attempt).rejects.toMatchObject({ code: 'credentials_wrong', details: { field: 'response' } })
    const { key } = await withPasskey()
    const ask = await passkeySignInOptions(guest(), { ticket: null, userAgent: null, relyingParty })
    const forged = { ...new SoftwareAuthenticator().assert(ceremonyOf(ask)), id: key.id, rawId: key.id }
    await expect(present(forged)).rejects.toMatchObject(refused)
  })
})
