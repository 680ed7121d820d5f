import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SoftwareAuthenticator } from '../../test/authenticator.ts'
import { holdTransaction } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital, testPassword } from '../../test/hospital.ts'
import { invitePatientLogin } from '../../test/invite.ts'
import { freshAdmin, Login, relyingParty } from '../../test/login.ts'
import { listWards } from '../hospitals/wards.ts'
import { acceptInvitation } from '../identity/accept-invitation.ts'
import { me } from '../identity/me.ts'
import { signInWithPasskey } from '../identity/sign-in.ts'
import { assertSessionStands } from '../live/still-allowed.ts'
import { deliverMessages } from '../outbound/deliver-messages.ts'
import { anonymous, systemActor } from '../policy/actor.ts'
import { readMfaPolicy, setMfaPolicy } from './mfa-policy.ts'
import { passkeySignInOptions } from './passkey-assertion.ts'
import { passkeyRegistrationOptions, registerPasskey } from './passkeys.ts'
import { resetMemberFactors, resetUserFactors } from './reset-factors.ts'
import { listNotices } from './security-notices.ts'
import { removeTotp } from './totp-factor.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const days = (count: number) => new Date(hospital.clock.now.getTime() + count * 86_400_000).toISOString()

/** From a second ago, as if the days had passed. */
async function enforce(isOn: boolean): Promise<void> {
  await hospital.db.sql({
    text: `insert into mfa_policy (hospital_id, required_from, set_by, set_at) values ($1, $2, 'test', now())
           on conflict (hospital_id) do update set required_from = $2`,
    values: [hospital.hospitalId, isOn ? new Date(Date.now() - 1_000) : null],
  })
}

async function membershipOf(login: Login): Promise<string> {
  const { capacities } = await me(await login.ctx())
  return capacities[0]?.id ?? ''
}

describe('a hospital that requires a second factor', () => {
  it('says so days ahead, by an administrator who has one and has just proved it', async () => {
    const admin = await Login.join(hospital, 'hospital_admin')
    await expect(setMfaPolicy(await admin.ctx(), { requiredFrom: days(7) })).rejects.toMatchObject({
      code: 'mfa_required',
    })
    await admin.addTotp()
    await expect(setMfaPolicy(await admin.ctx(), { requiredFrom: days(1) })).rejects.toMatchObject({
      code: 'invalid',
      details: { field: 'requiredFrom' },
    })
    hospital.clock.advance(601)
    await expect(setMfaPolicy(await admin.ctx(), { requiredFrom: days(7) })).rejects.toMatchObject({
      code: 'step_up_required',
    })
    await admin.signIn()
    const requiredFrom = days(7)
    expect(await setMfaPolicy(await admin.ctx(), { requiredFrom })).toEqual({ requiredFrom })
    const { members, ...policy } = await readMfaPolicy(await admin.ctx())
    expect(policy).toEqual({ requiredFrom })
    expect(members.filter(({ hasFactor }) => hasFactor)).toMatchObject([{ membershipId: await membershipOf(admin) }])
    await expect(setMfaPolicy(hospital.as(hospital.nurse), { requiredFrom: null })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await setMfaPolicy(await admin.ctx(), { requiredFrom: null })).toEqual({ requiredFrom: null })
  })

  it('withholds the capacity of who has none, streams too, and gives it back with the factor', async () => {
    const login = await Login.join(hospital)
    const before = await login.ctx()
    try {
      await enforce(true)
      await expect(assertSessionStands(before)).rejects.toMatchObject({ code: 'mfa_required' })
      await expect(listWards(await login.ctx())).rejects.toMatchObject({ code: 'mfa_required' })
      expect((await me(await login.ctx())).capacities).toMatchObject([{ role: 'nurse', isWithheld: true }])
      await login.addTotp()
      expect(await listWards(await login.ctx())).toHaveLength(1)
      expect((await me(await login.ctx())).capacities).toMatchObject([{ role: 'nurse', isWithheld: false }])
      await expect(removeTotp(await login.ctx())).rejects.toMatchObject({ code: 'mfa_required' })
      // Programs have no second factor and go on.
      await listWards(hospital.as(hospital.gateway))
    } finally {
      await enforce(false)
    }
  })
})

/** What somebody may be left with, and whether their hospital requires a factor by now. */
const kits = ['nothing', 'app', 'passkey', 'app lost, codes kept', 'all lost', 'all lost, app locked'] as const
const states = kits.flatMap((kit) => [true, false].map((isRequired) => ({ kit, isRequired })))

describe('nobody is locked out', () => {
  it.each(states)('with $kit, required: $isRequired', async ({ kit, isRequired }) => {
    const login = await Login.join(hospital)
    const membershipId = await membershipOf(login)
    const key = new SoftwareAuthenticator()
    const origin = 'https://chartwire.example'
    const ceremony = ({ challenge }: { challenge: string }) => ({ challenge, origin, rpId: relyingParty.id })
    if (kit === 'passkey') {
      const options = await passkeyRegistrationOptions(await login.ctx(), { relyingParty })
      const response = key.register(ceremony(options))
      await registerPasskey(await login.ctx(), { name: 'Phone', response, relyingParty })
    } else if (kit !== 'nothing') await login.addTotp()
    const colleague = await Login.join(hospital, 'hospital_admin')
    await colleague.addTotp()
    await enforce(isRequired)
    try {
      switch (kit) {
        case 'nothing':
        case 'app':
          await login.signIn()
          break
        case 'passkey': {
          const options = await passkeySignInOptions(hospital.as(anonymous), {
            ticket: null,
            userAgent: null,
            relyingParty,
          })
          const response = key.assert(ceremony(options))
          login.token = (
            await signInWithPasskey(hospital.as(anonymous), { response, userAgent: null, relyingParty })
          ).token
          break
        }
        case 'app lost, codes kept':
          await login.signIn({ method: 'recovery-code', code: login.recoveryCodes[4] ?? '' })
          break
        case 'all lost':
        case 'all lost, app locked':
          break
      }
      if (kit.startsWith('all lost')) {
        if (kit === 'all lost') await resetMemberFactors(await colleague.ctx(), { membershipId })
        else {
          const guesses = Array.from({ length: 6 }, () => login.signIn({ method: 'totp', code: '000000' }))
          await Promise.allSettled(guesses)
          await resetUserFactors(hospital.as(systemActor('operator')), { user: login.email })
        }
        await login.signIn()
      }
      // In, whatever was lost: and if something is still withheld, a factor opens it.
      const withheld = (await me(await login.ctx())).capacities.some(({ isWithheld }) => isWithheld)
      if (withheld) await login.addTotp()
      expect(await listWards(await login.ctx())).toHaveLength(1)
    } finally {
      await enforce(false)
    }
  })
})

describe('resetting a colleague’s lost factors', () => {
  it('takes them and the sessions, tells them, and lets them set up new ones', async () => {
    const login = await Login.join(hospital)
    await login.addTotp()
    const membershipId = await membershipOf(login)
    await resetMemberFactors(await freshAdmin(hospital), { membershipId })
    expect(await hospital.db.sessions.findFresh(login.token)).toBeNull()
    expect((await login.firstStep()).state).toBe('signed-in')
    await login.signIn()
    expect((await listNotices(await login.ctx()))[0]).toMatchObject({ kind: 'factors-reset', by: 'administrator' })
    const entries = await hospital.db.sql<{ action: string }>({
      text: `select action from audit_entry where resource_id = $1 and action = 'mfa.reset'`,
      values: [membershipId],
    })
    expect(entries).toHaveLength(1)
  })

  it('needs an administrator, a proof of now, and somebody else’s', async () => {
    const login = await Login.join(hospital)
    const membershipId = await membershipOf(login)
    await expect(resetMemberFactors(hospital.as(hospital.doctor), { membershipId })).rejects.toMatchObject({
      code: 'forbidden',
    })
    const admin = await Login.join(hospital, 'hospital_admin')
    const own = { membershipId: await membershipOf(admin) }
    await expect(resetMemberFactors(await admin.ctx(), own)).rejects.toMatchObject({ code: 'conflict' })
    hospital.clock.advance(601)
    await expect(resetMemberFactors(await admin.ctx(), { membershipId })).rejects.toMatchObject({
      code: 'step_up_required',
      details: { methods: ['password'] },
    })
  })

  it('of somebody whose login acts for a patient too is the operator’s alone, and the owner is told by mail', async () => {
    const login = await Login.join(hospital)
    const { patientId } = await hospital.admit()
    const { token } = await invitePatientLogin(await freshAdmin(hospital), {
      patientId,
      email: login.email,
      relation: 'self',
    })
    await acceptInvitation(hospital.as(anonymous), { token, name: 'Nora', password: testPassword })
    await login.signIn()
    await login.addTotp()
    const membershipId = await membershipOf(login)
    await expect(resetMemberFactors(await freshAdmin(hospital), { membershipId })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect((await login.firstStep()).state).toBe('second-factor')
    await resetUserFactors(hospital.as(systemActor('operator')), { user: login.email })
    const letters: unknown[] = []
    await deliverMessages(hospital.db, {
      channel: 'mail',
      send: async ({ address, content }) => {
        if (address === login.email) letters.push(content)
        return { outcome: 'sent' }
      },
      now: () => hospital.clock.now,
    })
    expect(letters).toContainEqual({ kind: 'factors-reset', by: 'operator' })
  })

  it('waits for who is just coming to work elsewhere', async () => {
    const login = await Login.join(hospital)
    await login.addTotp()
    const membershipId = await membershipOf(login)
    await using elsewhere = await testHospital({ beside: hospital })
    await using held = await holdTransaction(hospital.url)
    await held.sql({
      text: `insert into membership (id, hospital_id, user_id, role, granted_by, created_at)
             select gen_random_uuid(), $2, user_id, 'nurse', 'test', now() from membership where id = $1`,
      values: [membershipId, elsewhere.hospitalId],
    })
    const resetting = resetMemberFactors(await freshAdmin(hospital), { membershipId }).catch((error: unknown) => error)
    await held.isWaitedFor()
    await held.commit()
    expect(await resetting).toMatchObject({ code: 'conflict' })
  })

  it('of somebody who works elsewhere too is the operator’s alone: no hospital opens the door of another', async () => {
    const login = await Login.join(hospital)
    await login.addTotp()
    const membershipId = await membershipOf(login)
    await hospital.db.sql({
      text: `with h as (insert into hospital (id, name, time_zone, created_at) values (gen_random_uuid(), gen_random_uuid()::text, 'UTC', now()) returning id)
             insert into membership (id, hospital_id, user_id, role, granted_by, created_at)
             select gen_random_uuid(), h.id, m.user_id, 'nurse', 'test', now() from h, membership m where m.id = $1`,
      values: [membershipId],
    })
    await expect(resetMemberFactors(await freshAdmin(hospital), { membershipId })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect((await login.firstStep()).state).toBe('second-factor')
  })
})
