import { acceptInvitation, type Actor, anonymous, uuidv7 } from '@chartwire/db'
import { membershipOf, testPassword } from '@chartwire/db/testing/hospital'
import { serve } from '@chartwire/server/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymised, codeOf } from '../world/answer.ts'
import { userOf } from '../world/people.ts'
import { startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'
import { inviteStaff } from '@chartwire/db/testing/invite'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

/** A colleague with a password, and the address. */
async function colleague(): Promise<{ email: string; userId: string }> {
  const { hospital } = world.server
  const email = `${uuidv7()}@example.org`
  const { token } = await inviteStaff(hospital.as(hospital.admin), { email, role: 'viewer' })
  const { userId } = await acceptInvitation(hospital.as(anonymous), { token, name: 'Vera', password: testPassword })
  return { email, userId }
}

describe('by the ways to a lost password, one cannot', () => {
  it('tell whether an address has an account', async () => {
    const { email } = await colleague()
    const known = await attacker.call('identity.requestPasswordReset', { email })
    const unknown = await attacker.call('identity.requestPasswordReset', { email: `${uuidv7()}@example.org` })
    expect(anonymised(known)).toEqual(anonymised(unknown))
    expect(codeOf(known)).toBe('ok')
  })

  it('flood somebody’s mailbox', async () => {
    const { email } = await colleague()
    const fates = []
    for (let request = 0; request < 6; request++) {
      fates.push(
        await attacker.fate('identity.requestPasswordReset', { email: request % 2 ? email : email.toUpperCase() }),
      )
    }
    expect(fates.filter((fate) => fate === 'ok').length).toBeLessThanOrEqual(3)
    expect(fates.at(-1)).toBe('too_many')
  })

  it('guess a link, or use the hash of one', async () => {
    const { email } = await colleague()
    await attacker.call('identity.requestPasswordReset', { email })
    const [stored] = await attacker.sql<{ hash: string }>(
      `select encode(token_hash, 'base64') hash from password_reset limit 1`,
    )
    const answers = []
    for (const token of ['guess', stored?.hash ?? '', `' or true --`]) {
      answers.push(anonymised(await attacker.call('identity.resetPassword', { token, password: testPassword })))
    }
    expect(answers[0]).toMatchObject({ data: { code: 'reset_invalid' } })
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  it('take over a colleague’s login as their administrator: the link goes to the colleague', async () => {
    const { hospital } = world.server
    const viewer = await hospital.hire('viewer')
    const answer = await attacker.as('hospital_admin', 'hospitals.sendStaffReset', {
      membershipId: membershipOf(viewer),
    })
    expect(dataOf(answer)).toEqual({ sent: true })
    const foreign = { membershipId: membershipOf(world.elsewhere.admin) }
    expect(await attacker.fateAs('hospital_admin', 'hospitals.sendStaffReset', foreign)).toBe('not_found')
    expect((await attacker.auditOf(membershipOf(viewer))).at(-1)?.action).toBe('staff.reset-password')
  })
})

describe('by a place above or beside hospitals, one cannot', () => {
  it('read a patient as the platform’s administrator', async () => {
    const { patientId, wardId, alarmId } = world.belongings['care-team'].ids
    for (const [path, input] of [
      ['patients.list', {}],
      ['patients.get', { patientId }],
      ['patients.history', { patientId }],
      ['vitals.latest', { patientId }],
      ['vitals.ward', { wardId }],
      ['alarms.get', { alarmId }],
      ['admissions.ofPatient', { patientId }],
      ['careTeam.list', { patientId }],
    ] as const) {
      expect({ path, fate: await attacker.fateAs('platform', path, input) }).toEqual({ path, fate: 'forbidden' })
    }
  })

  it('close a hospital, or shut out a login, as the administrator of one', async () => {
    const { hospitalId, userId } = world.belongings['other-hospital'].ids
    for (const role of ['hospital_admin', 'doctor', 'patient', 'gateway'] as const) {
      expect(await attacker.fateAs(role, 'hospitals.close', { hospitalId })).toBe('forbidden')
      expect(await attacker.fateAs(role, 'users.disable', { userId })).toBe('forbidden')
      expect(await attacker.fateAs(role, 'users.sendReset', { userId })).toBe('forbidden')
      expect(await attacker.fateAs(role, 'users.list', {})).toBe('forbidden')
    }
    expect(await attacker.fateAs('hospital_admin', 'hospitals.update', { hospitalId, version: 1, city: 'Eve' })).toBe(
      'not_found',
    )
  })

  it('raise oneself, or somebody of another hospital, to another role', async () => {
    const foreign = membershipOf(world.elsewhere.admin)
    expect(
      await attacker.fateAs('hospital_admin', 'hospitals.updateStaff', { membershipId: foreign, role: 'viewer' }),
    ).toBe('not_found')
    for (const role of ['doctor', 'nurse', 'front_desk'] as const) {
      const actor = world.actors.get(role)
      const own = { membershipId: actor ? membershipOf(actor) : '', role: 'hospital_admin' }
      expect(await attacker.fateAs(role, 'hospitals.updateStaff', own)).toBe('forbidden')
    }
    const doctor = world.actors.get('doctor')
    const toProgram = { membershipId: doctor ? membershipOf(doctor) : '', role: 'gateway' }
    expect(await attacker.fateAs('hospital_admin', 'hospitals.updateStaff', toProgram)).toBe('invalid')
  })

  it('keep the rights of before with the session of before', async () => {
    const { hospital } = world.server
    const demoted = await hospital.hire('hospital_admin')
    const token = await attacker.tokenOfActor(demoted)
    expect(await attacker.fate('hospitals.createWard', { name: uuidv7() }, { token })).toBe('ok')
    await attacker.as('hospital_admin', 'hospitals.updateStaff', {
      membershipId: membershipOf(demoted),
      role: 'pharmacist',
    })
    expect(await attacker.fate('hospitals.createWard', { name: uuidv7() }, { token })).toBe('forbidden')
  })

  it('have the rights of a promotion in a session of before, whose token somebody may have by then', async () => {
    const { hospital } = world.server
    const promoted = await hospital.hire('nurse')
    const token = await attacker.tokenOfActor(promoted)
    expect(await attacker.fate('hospitals.createWard', { name: uuidv7() }, { token })).toBe('forbidden')
    await attacker.as('hospital_admin', 'hospitals.updateStaff', {
      membershipId: membershipOf(promoted),
      role: 'hospital_admin',
    })
    expect(await attacker.fate('hospitals.createWard', { name: uuidv7() }, { token })).toBe('unauthenticated')
  })

  it('come back by an invitation that one sent to oneself before one was demoted, dismissed or shut out', async () => {
    const { hospital } = world.server
    const ways: [string, (admin: Actor) => Promise<string>][] = [
      [
        'demoted',
        (admin) =>
          attacker.fateAs('hospital_admin', 'hospitals.updateStaff', {
            membershipId: membershipOf(admin),
            role: 'viewer',
          }),
      ],
      [
        'dismissed',
        (admin) => attacker.fateAs('hospital_admin', 'hospitals.endMembership', { membershipId: membershipOf(admin) }),
      ],
      ['shut out', (admin) => attacker.fateAs('platform', 'users.disable', { userId: userOf(admin) })],
    ]
    for (const [how, end] of ways) {
      const admin = await hospital.hire('hospital_admin')
      const invitation = { email: `${uuidv7()}@example.org`, role: 'hospital_admin' }
      const { token } = dataOf(
        await attacker.call('hospitals.invite', invitation, { token: await attacker.tokenOfActor(admin) }),
      )
      expect({ how, ended: await end(admin) }).toEqual({ how, ended: 'ok' })
      const accepted = { token, name: 'Eve again', password: testPassword }
      expect({ how, fate: await attacker.fate('identity.acceptInvitation', accepted) }).toEqual({
        how,
        fate: 'invitation_invalid',
      })
    }
  })

  it('come back after the login was shut out, with its session or its password', async () => {
    const { email, userId } = await colleague()
    const { token } = dataOf(await attacker.call('identity.signIn', { email, password: testPassword }))
    expect(await attacker.fate('hospitals.wards', undefined, { token: String(token) })).toBe('ok')
    expect(await attacker.fateAs('platform', 'users.disable', { userId })).toBe('ok')
    expect(await attacker.fate('hospitals.wards', undefined, { token: String(token) })).toBe('unauthenticated')
    expect(await attacker.fate('identity.signIn', { email, password: testPassword })).toBe('credentials_wrong')
    expect((await attacker.auditOf(userId)).at(-1)?.action).toBe('platform.user.disable')
  })

  it('change the password of an open screen without knowing it', async () => {
    const { email } = await colleague()
    const token = String(dataOf(await attacker.call('identity.signIn', { email, password: testPassword }))['token'])
    const fates = []
    for (let guess = 0; guess < 7; guess++) {
      const change = { current: `guess number ${guess}`, password: 'a password of the attacker' }
      fates.push(await attacker.fate('identity.changePassword', change, { token }))
    }
    expect(fates[0]).toBe('credentials_wrong')
    expect(fates.at(-1)).toBe('locked_out')
  })

  it('come by somebody’s file by guessing the code under which it is offered', async () => {
    const fates = []
    for (let guess = 0; guess < 40; guess++) {
      const code = `ABCD-EFGH-JK${String(guess).padStart(2, '2').replaceAll(/[01]/g, '7')}`
      fates.push(await attacker.fateAs('front_desk', 'registrations.redeem', { code, mrn: `R-${guess}` }))
    }
    expect(fates.every((fate) => fate !== 'ok' && fate !== 'internal')).toBe(true)
    expect(fates.at(-1)).toBe('too_many')
  })
})

describe('by saying where one comes from, one cannot', () => {
  it('get more requests than others: no proxy is trusted unasked', async () => {
    await using limited = await serve({ environment: { CHARTWIRE_RATE_LIMIT: '5' } })
    const statuses = []
    for (let host = 0; host < 8; host++) {
      const headers = {
        'x-forwarded-for': `10.0.0.${host}`,
        forwarded: `for=10.0.1.${host}`,
        'x-real-ip': `10.0.2.${host}`,
      }
      statuses.push((await fetch(`${limited.url}/api/ping`, { headers })).status)
    }
    expect(statuses.slice(-2)).toEqual([429, 429])
  })
})

describe('by an id of a login, one cannot', () => {
  it('learn anything about it', async () => {
    const known = userOf(world.elsewhere.admin)
    for (const role of ['hospital_admin', 'doctor', 'patient'] as const) {
      expect(await attacker.fateAs(role, 'users.get', { userId: known })).toBe('forbidden')
    }
  })
})
