import { grantPlatformAdmin, systemActor, uuidv7 } from '@chartwire/db'
import { membershipOf, testPassword } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymised, codeOf } from '../world/answer.ts'
import { Line } from '../world/socket.ts'
import { startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'
import { Person } from './person.ts'
import { Watch } from './watch.ts'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

/** Somebody whose password the attacker knows, and who has an authenticator app. */
async function victim(): Promise<Person> {
  const person = await Person.join(attacker)
  await person.addTotp()
  return person
}

const totp = (code: string) => ({ method: 'totp', code })
const recovery = (code = '') => ({ method: 'recovery-code', code })
const actionsOn = async (id: string) => (await attacker.auditOf(id)).map(({ action }) => action)

describe('with somebody’s password alone, one cannot', () => {
  it('guess the codes of their app: five tries count, by whatever ticket, session or procedure, and are on record', async () => {
    const person = await victim()
    const guesses = person.wrongCodes(8)
    const fates: string[] = []
    for (const codes of [guesses.slice(0, 4), guesses.slice(4)]) {
      const ticket = await person.ticket()
      for (const code of codes) fates.push(codeOf(await person.secondStep(totp(code), ticket)))
    }
    expect(fates).toEqual([...Array<string>(5).fill('credentials_wrong'), ...Array<string>(3).fill('locked_out')])
    await person.letStepPass()
    expect(codeOf(await person.secondStep(totp(person.code()), await person.ticket()))).toBe('locked_out')
    expect(await person.fate('identity.stepUp', { proof: totp(person.code()) })).toBe('locked_out')
    expect(await person.fate('mfa.enrolTotp')).toBe('ok')
    expect(await person.fate('mfa.confirmTotp', { code: '000000' })).toBe('locked_out')
    await world.server.hospital.db.refusals.settled()
    expect(await actionsOn(person.userId)).toContain('identity.sign-in-refused')
    // Who has the codes on paper is not kept out by whoever guesses.
    expect(codeOf(await person.secondStep(recovery(person.recoveryCodes[0]), await person.ticket()))).toBe('ok')
  })

  it('use a code that was seen once more, nor the one before it', async () => {
    const person = await victim()
    const seen = person.code(1)
    const before = person.code()
    expect(codeOf(await person.secondStep(totp(seen), await person.ticket()))).toBe('ok')
    for (const code of [seen, before]) {
      expect(codeOf(await person.secondStep(totp(code), await person.ticket()))).toBe('credentials_wrong')
      expect(await person.fate('identity.stepUp', { proof: totp(code) })).toBe('credentials_wrong')
    }
    expect(await actionsOn(person.userId)).toContain('identity.sign-in')
  })

  it('use a recovery code twice, one of another login, or one of before', async () => {
    const [person, stranger] = [await victim(), await victim()]
    const [first, second] = person.recoveryCodes
    expect(codeOf(await person.secondStep(recovery(first), await person.ticket()))).toBe('ok')
    expect(codeOf(await person.secondStep(recovery(first), await person.ticket()))).toBe('credentials_wrong')
    expect(codeOf(await stranger.secondStep(recovery(second), await stranger.ticket()))).toBe('credentials_wrong')
    expect(await person.fate('mfa.regenerateRecoveryCodes')).toBe('ok')
    expect(codeOf(await person.secondStep(recovery(second), await person.ticket()))).toBe('credentials_wrong')
    expect(await actionsOn(person.userId)).toContain('mfa.recovery-codes')
  })

  it('take the ticket of the first step for a session', async () => {
    const person = await victim()
    const ticket = await person.ticket()
    for (const path of ['identity.me', 'identity.sessions', 'mfa.mine', 'patients.list', 'hospitals.wards']) {
      expect({ path, fate: await person.fate(path, path === 'patients.list' ? {} : undefined, ticket) }).toEqual({
        path,
        fate: 'unauthenticated',
      })
    }
    const headers = { cookie: `chartwire_session=${ticket}`, origin: attacker.url, 'x-chartwire-client': 'console' }
    expect((await attacker.send('/api/me', { headers })).status).toBe(401)
    await using line = await Line.open({ url: attacker.url, token: ticket })
    expect(codeOf(await line.call('query', { path: 'identity.me', input: undefined }))).toBe('unauthenticated')
  })

  it('skip the second step: by a cookie, by the password again, or by no proof', async () => {
    const person = await victim()
    const credentials = { email: person.email, password: testPassword, cookie: true }
    const reply = await attacker.rest('POST', '/sessions', { headers: { origin: attacker.url }, json: credentials })
    expect(reply.headers.get('set-cookie')).toBeNull()
    expect(JSON.parse(reply.text)).not.toHaveProperty('token')
    const ticket = await person.ticket()
    for (const proof of [{ method: 'password', password: testPassword }, {}, null, totp(''), recovery()]) {
      expect(codeOf(await person.secondStep(proof ?? {}, ticket))).toBe('invalid')
    }
    expect(await attacker.count('session', 'user_id = $1', [person.userId])).toBe(1)
  })

  it('take a ticket to another client, use it twice, or for another login', async () => {
    const [person, other] = [await victim(), await victim()]
    const ticket = await person.ticket({ 'user-agent': 'Firefox' })
    const proof = totp(person.code(1))
    expect(codeOf(await person.secondStep(proof, ticket, { 'user-agent': 'curl' }))).toBe('ticket_invalid')
    expect(codeOf(await person.secondStep(totp(other.code(1)), ticket, { 'user-agent': 'Firefox' }))).toBe(
      'credentials_wrong',
    )
    expect(codeOf(await person.secondStep(proof, ticket, { 'user-agent': 'Firefox' }))).toBe('ok')
    const again = await person.secondStep(recovery(person.recoveryCodes[0]), ticket, { 'user-agent': 'Firefox' })
    expect(codeOf(again)).toBe('ticket_invalid')
    const never = await person.secondStep(recovery(person.recoveryCodes[0]), 'a ticket that never was')
    expect(anonymised(again)).toEqual(anonymised(never))
  })
})

describe('with a session that merely lies open, one cannot', () => {
  it('add, exchange or remove a factor, or change what it is asked for', async () => {
    const admin = await Person.join(attacker, 'hospital_admin')
    await admin.addTotp()
    await admin.letStepUpAge()
    const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString()
    const calls: [string, unknown?][] = [
      ['mfa.enrolTotp'],
      ['mfa.confirmTotp', { code: admin.code(1) }],
      ['mfa.removeTotp'],
      ['mfa.passkeyOptions'],
      ['mfa.removePasskey', { id: uuidv7() }],
      ['mfa.regenerateRecoveryCodes'],
      ['mfa.setPolicy', { requiredFrom: inAWeek }],
      ['mfa.resetMember', { membershipId: uuidv7() }],
      // The right password: it may be what was stolen.
      ['identity.changePassword', { current: testPassword, password: 'a password of the attacker' }],
    ]
    for (const [path, input] of calls) {
      expect({ path, fate: await admin.fate(path, input) }).toEqual({ path, fate: 'step_up_required' })
    }
    expect((await actionsOn(admin.userId)).filter((action) => action.startsWith('mfa.'))).toEqual(['mfa.totp-add'])
  })

  it('step up with the password, or a recovery code, of somebody who has a factor', async () => {
    const person = await victim()
    await person.letStepUpAge()
    for (const proof of [{ method: 'password', password: testPassword }, recovery(person.recoveryCodes[0])]) {
      expect(await person.fate('identity.stepUp', { proof })).toBe('invalid')
    }
    expect(await person.fate('mfa.removeTotp')).toBe('step_up_required')
  })

  it('go on with a copy of its token once its owner stepped up, nor with another one once a factor came', async () => {
    const person = await Person.join(attacker)
    const copy = person.token
    await person.renew('identity.stepUp', { proof: { method: 'password', password: testPassword } })
    expect(await person.fate('identity.me', undefined, copy)).toBe('unauthenticated')
    const { token } = dataOf(await attacker.call('identity.signIn', { email: person.email, password: testPassword }))
    await using watch = await Watch.open({ url: attacker.url, token: String(token) }, 'alarms.watch', {})
    const planted = person.token
    await person.addTotp()
    for (const old of [String(token), planted]) {
      expect(await person.fate('identity.me', undefined, old)).toBe('unauthenticated')
    }
    await watch.sees(() => watch.end !== undefined)
    expect(await person.fate('identity.me')).toBe('ok')
    expect(await actionsOn(person.userId)).toEqual(expect.arrayContaining(['identity.step-up', 'mfa.totp-add']))
  })
})

describe('where the hospital requires a second factor, one cannot', () => {
  it('act without one, go on watching, or remove the last', async () => {
    const [person, admin] = [await Person.join(attacker), await Person.join(attacker, 'hospital_admin')]
    const leaving = await Person.join(attacker, 'viewer')
    await using watch = await Watch.open({ url: attacker.url, token: person.token }, 'alarms.watch', {})
    expect(await person.fate('patients.list', {})).toBe('ok')
    await admin.addTotp()
    const requiredFrom = new Date(Date.now() + 4 * 86_400_000).toISOString()
    expect(await admin.fate('mfa.setPolicy', { requiredFrom })).toBe('ok')
    try {
      await attacker.sql(`update mfa_policy set required_from = now() - interval '1 second'`)
      // Whenever anybody's access changes, and every quarter of a minute, streams ask again whether they may go on.
      expect(await admin.fate('hospitals.endMembership', { membershipId: leaving.membershipId })).toBe('ok')
      await watch.sees(() => watch.end !== undefined)
      for (const headers of [{}, { 'x-acting-as': person.membershipId }]) {
        const attempt = { token: person.token, headers }
        expect(await attacker.fate('patients.list', {}, attempt)).toBe('mfa_required')
        expect(await attacker.fate('hospitals.wards', undefined, attempt)).toBe('mfa_required')
      }
      expect(await person.fate('mfa.policy')).toBe('mfa_required')
      expect(await admin.fate('mfa.removeTotp')).toBe('mfa_required')
      expect(await attacker.count('totp_factor', 'user_id = $1', [admin.userId])).toBe(1)
    } finally {
      expect(await admin.fate('mfa.setPolicy', { requiredFrom: null })).toBe('ok')
    }
    expect(await actionsOn(world.server.hospital.hospitalId)).toEqual(
      expect.arrayContaining(['mfa.require', 'mfa.release']),
    )
  })

  it('take the factors of another hospital’s member, of the platform’s administrator, of oneself, or without leave', async () => {
    const [admin, person] = [await Person.join(attacker, 'hospital_admin'), await victim()]
    const reset = (membershipId: string) => admin.call('mfa.resetMember', { membershipId })
    const foreign = await reset(membershipOf(world.elsewhere.admin))
    expect(codeOf(foreign)).toBe('not_found')
    expect(anonymised(foreign)).toEqual(anonymised(await reset(uuidv7())))
    expect(codeOf(await reset(admin.membershipId))).toBe('conflict')
    for (const role of ['doctor', 'nurse', 'front_desk', 'patient', 'platform', 'gateway'] as const) {
      expect(await attacker.fateAs(role, 'mfa.resetMember', { membershipId: person.membershipId })).toBe('forbidden')
    }
    await grantPlatformAdmin(world.server.hospital.as(systemActor('operator')), { user: person.email, name: 'Pia' })
    expect(codeOf(await reset(person.membershipId))).toBe('conflict')
    expect(await attacker.count('totp_factor', 'user_id = $1', [person.userId])).toBe(1)
    expect(await actionsOn(person.membershipId)).not.toContain('mfa.reset')
  })
})
