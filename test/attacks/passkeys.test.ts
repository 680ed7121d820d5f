import { type Ceremony, SoftwareAuthenticator } from '@chartwire/db/testing/authenticator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymised, codeOf } from '../world/answer.ts'
import { startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'
import { Person } from './person.ts'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

/** As a browser answers on the console's own page, unless the attacker changes it. */
function ceremony(options: Record<string, unknown>, change: Partial<Ceremony> = {}): Ceremony {
  const origin = attacker.url.replace('127.0.0.1', 'localhost')
  return { challenge: String(options['challenge']), origin, rpId: 'localhost', ...change }
}

interface Holder {
  person: Person
  key: SoftwareAuthenticator
  passkeyId: string
}

async function holder(): Promise<Holder> {
  const [person, key] = [await Person.join(attacker), new SoftwareAuthenticator()]
  const response = key.register(ceremony(dataOf(await person.call('mfa.passkeyOptions'))))
  const added = dataOf(await person.renew('mfa.registerPasskey', { name: 'Phone', response }))
  return { person, key, passkeyId: String(added['id']) }
}

/** What is to be signed to sign in, alone or with a ticket. */
const asked = async (input: object = {}) => dataOf(await attacker.call('identity.passkeySignInOptions', input))
const present = (response: object) => attacker.call('identity.passkeySignIn', { response })
const proof = (response: object) => ({ method: 'passkey', response })

describe('with a passkey that is not one’s own, or an answer of it, one cannot', () => {
  it('play an answer again: a challenge counts once', async () => {
    const { person, key } = await holder()
    const response = key.assert(ceremony(await asked()))
    expect(codeOf(await present(response))).toBe('ok')
    expect(codeOf(await present(response))).toBe('credentials_wrong')
    expect(await attacker.auditOf(person.userId)).toContainEqual({
      action: 'identity.sign-in',
      actor: `user:${person.userId}`,
    })
  })

  it('use an answer that was wrong the first time either: its challenge is gone', async () => {
    const { key } = await holder()
    const options = await asked()
    const phished = key.assert(ceremony(options, { origin: 'https://chartwire.evil.example' }))
    expect(codeOf(await present(phished))).toBe('credentials_wrong')
    expect(codeOf(await present(key.assert(ceremony(options))))).toBe('credentials_wrong')
  })

  it('have it answer a page of a stranger, another port, another site, or a challenge of one’s own', async () => {
    const { key } = await holder()
    const { port } = new URL(attacker.url)
    for (const change of [
      { origin: 'https://evil.example' },
      { origin: `http://localhost.evil.example:${port}` },
      { origin: 'http://localhost:1' },
      { origin: `https://localhost:${port}` },
      { origin: 'null' },
      { rpId: 'evil.example' },
      { challenge: Buffer.alloc(32).toString('base64url') },
      { challenge: '' },
      { challenge: "' or true --" },
    ]) {
      const answer = await present(key.assert(ceremony(await asked(), change)))
      expect({ change, fate: codeOf(answer) }).toEqual({ change, fate: 'credentials_wrong' })
    }
  })

  it('use a challenge for anything but what it was made for', async () => {
    const { person, key } = await holder()
    const ticket = await person.ticket()
    const forSignIn = () => asked()
    const forTicket = () => asked({ ticket })
    const forStepUp = async () => dataOf(await person.call('identity.passkeyStepUpOptions'))
    const forRegistering = async () => dataOf(await person.call('mfa.passkeyOptions'))
    const sign = async (options: Promise<Record<string, unknown>>) => key.assert(ceremony(await options))
    for (const options of [forTicket, forStepUp, forRegistering]) {
      expect(codeOf(await present(await sign(options())))).toBe('credentials_wrong')
    }
    for (const options of [forSignIn, forStepUp, forRegistering]) {
      const answer = await person.secondStep(proof(await sign(options())), ticket)
      expect(codeOf(answer)).toBe('credentials_wrong')
    }
    for (const options of [forSignIn, forTicket, forRegistering]) {
      expect(await person.fate('identity.stepUp', { proof: proof(await sign(options())) })).toBe('credentials_wrong')
    }
    const another = new SoftwareAuthenticator()
    for (const options of [forSignIn, forTicket, forStepUp]) {
      const response = another.register(ceremony(await options()))
      expect(await person.fate('mfa.registerPasskey', { name: 'Mine', response })).toBe('credentials_wrong')
    }
  })

  it('get into another’s login with one’s own key: by claiming to be them, by their ticket or by their session', async () => {
    const [victim, eve] = [await holder(), await holder()]
    const handle = Buffer.from(victim.person.userId.replaceAll('-', ''), 'hex').toString('base64url')
    expect(codeOf(await present(eve.key.assert(ceremony(await asked()), handle)))).toBe('credentials_wrong')
    const ticket = await victim.person.ticket()
    const response = eve.key.assert(ceremony(await asked({ ticket })))
    expect(codeOf(await victim.person.secondStep(proof(response), ticket))).toBe('credentials_wrong')
    const theirs = dataOf(await victim.person.call('identity.passkeyStepUpOptions'))
    for (const [session, key] of [
      [victim.person, eve.key],
      [eve.person, eve.key],
      [eve.person, victim.key],
    ] as const) {
      const attempt = { proof: proof(key.assert(ceremony(theirs))) }
      expect(await session.fate('identity.stepUp', attempt)).toBe('credentials_wrong')
    }
  })

  it('sign in with a key that was found, or with a copy of one', async () => {
    const { key } = await holder()
    key.isUserVerified = false
    expect(codeOf(await present(key.assert(ceremony(await asked()))))).toBe('credentials_wrong')
    key.isUserVerified = true
    key.counter = 10
    expect(codeOf(await present(key.assert(ceremony(await asked()))))).toBe('ok')
    key.counter = 5
    expect(codeOf(await present(key.assert(ceremony(await asked()))))).toBe('credentials_wrong')
  })

  it('register it as one’s own, rename it or remove it', async () => {
    const [victim, eve] = [await holder(), await holder()]
    const response = victim.key.register(ceremony(dataOf(await eve.person.call('mfa.passkeyOptions'))))
    expect(await eve.person.fate('mfa.registerPasskey', { name: 'Stolen', response })).toBe('conflict')
    const { passkeyId: id } = victim
    expect(await eve.person.fate('mfa.renamePasskey', { id, name: 'Stolen' })).toBe('not_found')
    expect(await eve.person.fate('mfa.removePasskey', { id })).toBe('not_found')
    expect(await attacker.count('passkey', `id = $1 and name = 'Phone'`, [id])).toBe(1)
    expect((await attacker.auditOf(id)).map(({ action }) => action)).not.toContain('mfa.passkey-rename')
  })

  it('learn whose it is, or whether there is one, by asking for a challenge', async () => {
    const options = await asked()
    expect(options['allowCredentials'] ?? []).toEqual([])
    const never = await attacker.call('identity.passkeySignInOptions', { ticket: 'never was' })
    expect(codeOf(never)).toBe('ticket_invalid')
    const made = new SoftwareAuthenticator()
    const { key } = await holder()
    const unknown = await present(made.assert(ceremony(await asked())))
    const known = await present(key.assert(ceremony(await asked(), { origin: 'https://evil.example' })))
    expect(anonymised(unknown)).toEqual(anonymised(known))
  })
})
