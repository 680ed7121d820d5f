import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestHospital, testHospital, testPassword } from '../../test/hospital.ts'
import { opened } from '../../test/opened.ts'
import { openDatabase } from '../database/open-database.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { anonymous } from '../policy/actor.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { signIn } from './sign-in.ts'
import { inviteStaff } from '../../test/invite.ts'

let hospital: TestHospital
let email: string

beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())
beforeEach(async () => {
  email = `${uuidv7()}@example.org`
  const { token } = await inviteStaff(hospital.as(hospital.admin), { email, role: 'nurse' })
  await acceptInvitation(hospital.as(anonymous), { token, name: 'Nora', password: testPassword })
})

const enter = (address: string, password: string) =>
  signIn(hospital.as(anonymous), { email: address, password, userAgent: null })

/** The codes of guesses sent at the same moment. */
async function guess(address: string, count: number): Promise<string[]> {
  const tries = Array.from({ length: count }, (_, index) => enter(address, `wrong guess ${index}`))
  const results = await Promise.allSettled(tries)
  return results.map((result) => (result.status === 'rejected' ? String(result.reason.code) : 'opened'))
}

describe('signing in', () => {
  it('opens by any spelling of the address and the right password', async () => {
    const { user, capacities, token } = opened(await enter(`  ${email.toUpperCase()} `, testPassword))
    expect(user.name).toBe('Nora')
    expect(capacities).toMatchObject([{ as: 'staff', role: 'nurse' }])
    expect(token.length).toBeGreaterThan(30)
  })

  it('counts guesses that are sent at once: five are tried, the rest are locked out', async () => {
    const codes = await guess(email, 12)
    expect(codes.filter((code) => code === 'credentials_wrong')).toHaveLength(5)
    expect(codes.filter((code) => code === 'locked_out')).toHaveLength(7)
    await expect(enter(email, testPassword)).rejects.toMatchObject({ code: 'locked_out' })
  })

  it('answers for an account that does not exist exactly as for one that does', async () => {
    const describeAll = async (address: string) => {
      const answers: unknown[] = []
      for (let round = 0; round < 7; round++) {
        answers.push(
          await enter(address, 'wrong guess').catch(({ code, message, details }) => ({ code, message, details })),
        )
      }
      return answers
    }
    const known = await describeAll(email)
    expect(await describeAll(`${uuidv7()}@example.org`)).toEqual(known)
    expect(known.at(-1)).toMatchObject({ code: 'locked_out', details: { retryAfter: 30 } })
    expect(JSON.stringify(known)).not.toMatch(/\b[1-5] (more|left|tries)/)
  })

  it('locks for longer each time, opens when the time is over, and forgets on success', async () => {
    await guess(email, 5)
    const waits: number[] = []
    for (let round = 0; round < 3; round++) {
      const error = await enter(email, testPassword).catch((refused: { details: { retryAfter: number } }) => refused)
      if (!('details' in error)) throw new Error('It was not locked.')
      waits.push(error.details.retryAfter)
      hospital.clock.advance(error.details.retryAfter)
      await expect(enter(email, 'still wrong')).rejects.toMatchObject({ code: 'credentials_wrong' })
    }
    expect(waits).toEqual([30, 60, 120])
    hospital.clock.advance(240)
    await enter(email, testPassword)
    expect(await guess(email, 4)).toEqual(Array.from({ length: 4 }, () => 'credentials_wrong'))
    await enter(email, testPassword)
  })

  it('stays locked through a restart, and for every process', async () => {
    await guess(email, 5)
    const { keys } = hospital.db
    const restarted = await openDatabase({ url: hospital.url, keys, poolSize: 2 })
    try {
      const ctx = { ...hospital.as(anonymous), db: restarted }
      await expect(signIn(ctx, { email, password: testPassword, userAgent: null })).rejects.toMatchObject({
        code: 'locked_out',
      })
    } finally {
      await restarted.close()
    }
  })
})
