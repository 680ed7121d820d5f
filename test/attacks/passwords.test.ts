import { acceptInvitation, anonymous, uuidv7 } from '@chartwire/db'
import { testPassword } from '@chartwire/db/testing/hospital'
import { verify } from '@node-rs/argon2'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { anonymised, codeOf } from '../world/answer.ts'
import { startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'
import { inviteStaff } from '@chartwire/db/testing/invite'

// The work itself, counted: clocks tell nothing on a busy machine.
vi.mock(import('@node-rs/argon2'), async (original) => {
  const module = await original()
  return { ...module, verify: vi.fn(module.verify) }
})

let world: World
let attacker: Attacker
let email: string
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
  const { hospital } = world.server
  email = await joined()
  async function joined(): Promise<string> {
    const address = `${uuidv7()}@example.org`
    const { token } = await inviteStaff(hospital.as(hospital.admin), { email: address, role: 'front_desk' })
    await acceptInvitation(hospital.as(anonymous), { token, name: 'Fran', password: testPassword })
    return address
  }
})
afterAll(() => world[Symbol.asyncDispose]())

const signIn = (address: string, password: string) => attacker.call('identity.signIn', { email: address, password })

describe('by guessing passwords, one cannot', () => {
  it('tell whether an address has an account: the words and the work are the same', async () => {
    const statements = vi.spyOn(Client.prototype, 'query')
    const tries = []
    // What is refused is put on record in the background: of both at once, in a new window.
    const refusalsWritten = () => world.server.hospital.db.refusals.settled()
    for (const address of [email, `${uuidv7()}@example.org`]) {
      await refusalsWritten()
      statements.mockClear()
      vi.mocked(verify).mockClear()
      const answer = await signIn(address, 'wrong password, for sure')
      await refusalsWritten()
      tries.push({
        ...anonymised(answer),
        statements: statements.mock.calls.length,
        hashes: vi.mocked(verify).mock.calls.length,
      })
    }
    statements.mockRestore()
    expect(tries[0]).toEqual(tries[1])
    expect(tries[0]).toMatchObject({ hashes: 1, data: { code: 'credentials_wrong' } })
  })

  it('try more than a few, one after the other or all at once, with or without an account', async () => {
    for (const address of [`${uuidv7()}@example.org`, await account()]) {
      vi.mocked(verify).mockClear()
      const guesses = Array.from({ length: 25 }, (_, index) => signIn(address, `guess number ${index}`))
      const fates = (await Promise.all(guesses)).map(codeOf)
      const tried = fates.filter((fate) => fate === 'credentials_wrong').length
      expect(tried).toBeLessThanOrEqual(5)
      expect(vi.mocked(verify)).toHaveBeenCalledTimes(tried)
      expect(fates.filter((fate) => fate === 'locked_out')).toHaveLength(25 - tried)
      // The right one, too, waits for the lock to end; nothing says how many tries are left.
      const locked = await signIn(address, testPassword)
      expect(codeOf(locked)).toBe('locked_out')
      expect(JSON.stringify(anonymised(locked))).not.toMatch(/tries|attempts|left|remaining/i)
    }
  })

  it('get around the lock by another spelling of the address', async () => {
    const address = await account()
    for (let guess = 0; guess < 5; guess++) await signIn(address, `guess ${guess}`)
    for (const spelling of [
      address.toUpperCase(),
      ` ${address} `,
      address.replace('example', 'EXAMPLE'),
      `\t${address}`,
    ]) {
      expect(codeOf(await signIn(spelling, testPassword))).toBe('locked_out')
    }
  })

  it('get around the lock through an invitation of that address', async () => {
    const address = await account()
    const { token } = dataOf(await attacker.as('hospital_admin', 'hospitals.invite', { email: address, role: 'nurse' }))
    const fates = []
    for (let guess = 0; guess < 8; guess++) {
      fates.push(
        await attacker.fate('identity.acceptInvitation', { token, name: 'Eve', password: `guess number ${guess}` }),
      )
    }
    expect(fates.slice(0, 5)).toEqual(Array(5).fill('credentials_wrong'))
    expect(fates.slice(5)).toEqual(Array(3).fill('locked_out'))
    expect(codeOf(await signIn(address, testPassword))).toBe('locked_out')
  })

  it('lock the whole house by a storm of sign-ins: others are answered meanwhile', async () => {
    const storm = Promise.all(Array.from({ length: 40 }, () => signIn(`${uuidv7()}@example.org`, 'wrong password')))
    let isOver = false
    void storm.then(() => (isOver = true))
    expect(await attacker.fateAs('nurse', 'patients.list', {})).toBe('ok')
    expect(isOver).toBe(false)
    await storm
  })

  it('take a weak one', async () => {
    const { token } = dataOf(
      await attacker.as('hospital_admin', 'hospitals.invite', { email: `${uuidv7()}@example.org`, role: 'nurse' }),
    )
    for (const password of ['short', 'aaaaaaaaaaaaaaaa', 'abababababab', '            ']) {
      expect(await attacker.fate('identity.acceptInvitation', { token, name: 'Weak', password })).toBe('password_weak')
    }
    expect(await attacker.fate('identity.acceptInvitation', { token, name: 'Weak', password: 'x'.repeat(1025) })).toBe(
      'invalid',
    )
  })

  it('open an invitation that was opened, has run out or never was: all answer alike', async () => {
    const used = await invitation()
    expect(
      await attacker.fate('identity.acceptInvitation', { token: used, name: 'Nora', password: testPassword }),
    ).toBe('ok')
    const expired = await invitation()
    await attacker.sql(`update invitation set expires_at = now() - interval '1 minute' where accepted_at is null`)
    const answers = []
    for (const token of [used, expired, 'never-was', '']) {
      answers.push(await attacker.call('identity.acceptInvitation', { token, name: 'Eve', password: testPassword }))
    }
    expect(answers.map(codeOf)).toEqual([...Array(3).fill('invitation_invalid'), 'invalid'])
    expect(new Set(answers.slice(0, 3).map((answer) => JSON.stringify(anonymised(answer)))).size).toBe(1)
  })
})

async function account(): Promise<string> {
  const { hospital } = world.server
  const address = `${uuidv7()}@example.org`
  const { token } = await inviteStaff(hospital.as(hospital.admin), { email: address, role: 'viewer' })
  await acceptInvitation(hospital.as(anonymous), { token, name: 'Vera', password: testPassword })
  return address
}

async function invitation(): Promise<string> {
  const email = `${uuidv7()}@example.org`
  return String(dataOf(await attacker.as('hospital_admin', 'hospitals.invite', { email, role: 'nurse' }))['token'])
}
