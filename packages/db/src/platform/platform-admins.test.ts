import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdTransaction, outcomesOf } from '../../test/held-transaction.ts'
import { membershipOf, type TestHospital, testHospital, testPassword } from '../../test/hospital.ts'
import { opened } from '../../test/opened.ts'
import { dischargePatient } from '../admissions/discharge-patient.ts'
import { admitPatient } from '../admissions/admit-patient.ts'
import { closeHospital } from '../hospitals/close-hospital.ts'
import { createGateway } from '../hospitals/create-gateway.ts'
import { endMembership } from '../hospitals/end-membership.ts'
import { getHospital, listHospitalDirectory, listOwnHospitals } from '../hospitals/read-hospitals.ts'
import { updateStaff } from '../hospitals/update-staff.ts'
import { updateHospital } from '../hospitals/update-hospital.ts'
import { acceptInvitation } from '../identity/accept-invitation.ts'
import { resetPassword } from '../identity/reset-password.ts'
import { signIn } from '../identity/sign-in.ts'
import { getUser, listUsers, setUserDisabled } from '../identity/users.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { getPatient } from '../patients/get-patient.ts'
import { type Actor, anonymous, systemActor } from '../policy/actor.ts'
import { grantPlatformAdmin, listPlatformAdmins, revokePlatformAdmin } from './platform-admins.ts'
import { inviteStaff } from '../../test/invite.ts'

let hospital: TestHospital
let platform: Actor
beforeAll(async () => {
  hospital = await testHospital()
  platform = await install(hospital)
})
afterAll(() => hospital[Symbol.asyncDispose]())

const operator = (house: TestHospital) => house.as(systemActor('operator'))

/** Somebody new who runs the platform and is nothing else. */
async function install(house: TestHospital): Promise<Actor> {
  const user = `${uuidv7()}@example.org`
  const { userId } = await grantPlatformAdmin(operator(house), { user, name: 'Petra Platform' })
  return house.actorOfUser(userId)
}

function userOf(actor: Actor): string {
  if (actor.kind !== 'user') throw new Error('No user.')
  return actor.userId
}

const all = { search: null, after: null, limit: 50 }

describe('a platform administrator', () => {
  it('is made by the operator’s command, with a link to set a password when the login is new', async () => {
    await using house = await testHospital()
    const user = `${uuidv7()}@example.org`
    await expect(grantPlatformAdmin(operator(house), { user, name: null })).rejects.toMatchObject({ code: 'not_found' })
    const { userId, link } = await grantPlatformAdmin(operator(house), { user, name: 'Petra' })
    await expect(grantPlatformAdmin(operator(house), { user, name: null })).rejects.toMatchObject({ code: 'conflict' })
    await resetPassword(house.as(anonymous), { token: link?.token ?? '', password: testPassword })
    const { capacities } = opened(
      await signIn(house.as(anonymous), { email: user, password: testPassword, userAgent: null }),
    )
    expect(capacities).toMatchObject([{ as: 'platform' }])
    expect(await listPlatformAdmins(house.db.sql)).toMatchObject([{ userId, name: 'Petra' }])
  })

  it('who was a login before signs in anew: no token that is about by then is one of the platform', async () => {
    await using house = await testHospital()
    const { userId } = await house.signUpPerson()
    const { token } = await house.db.sessions.open({ userId, kind: 'person', userAgent: null })
    await grantPlatformAdmin(operator(house), { user: userId, name: null })
    expect(await house.db.sessions.find(token)).toBeNull()
  })

  it('sees no patient, and of a login not whom it may act for', async () => {
    const { patientId } = await hospital.admit()
    const ctx = hospital.as(platform)
    await expect(getPatient(ctx, { patientId })).rejects.toMatchObject({ code: 'forbidden' })
    const person = await hospital.signUpPerson()
    const user = await getUser(ctx, { userId: person.userId })
    expect(user).toMatchObject({ email: person.email, memberships: [], disabledAt: null })
    expect(JSON.stringify(user)).not.toContain(person.patientId)
  })

  it('finds logins by a part of the name or a whole address, page by page', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => hospital.signUpPerson({ familyName: 'Zyx%_Wvu' })))
    const ctx = hospital.as(platform)
    const found: string[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listUsers>> = await listUsers(ctx, { search: 'x%_w', after, limit: 2 })
      found.push(...page.items.map(({ id }) => id))
      after = page.next
    } while (after !== null)
    expect(found).toEqual(people.map(({ userId }) => userId).sort())
    const [first] = people
    const byAddress = await listUsers(ctx, { ...all, search: first?.email.toUpperCase() ?? '' })
    expect(byAddress.items).toMatchObject([{ id: first?.userId }])
    await expect(listUsers(hospital.as(hospital.admin), all)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('shuts a login out at once and lets it in again', async () => {
    const person = await hospital.signUpPerson()
    const { token } = await hospital.db.sessions.open({ userId: person.userId, kind: 'person', userAgent: null })
    const ctx = hospital.as(platform)
    await setUserDisabled(ctx, { userId: person.userId, disabled: true })
    expect(await hospital.db.sessions.find(token)).toBeNull()
    const enter = () => signIn(hospital.as(anonymous), { email: person.email, password: testPassword, userAgent: null })
    await expect(enter()).rejects.toMatchObject({ code: 'credentials_wrong' })
    await expect(setUserDisabled(ctx, { userId: person.userId, disabled: true })).rejects.toMatchObject({
      code: 'conflict',
    })
    await setUserDisabled(ctx, { userId: person.userId, disabled: false })
    await enter()
    await expect(setUserDisabled(ctx, { userId: uuidv7(), disabled: true })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('of a capacity that was revoked is one no more, and the last one stays', async () => {
    await using house = await testHospital()
    const [one, two] = [await install(house), await install(house)]
    const both = [one, two].map((actor) => revokePlatformAdmin(operator(house), { user: userOf(actor) }))
    expect(outcomesOf(await Promise.allSettled(both))).toEqual({ done: 1, codes: ['conflict'] })
    const [left] = await listPlatformAdmins(house.db.sql)
    const last = left?.userId === userOf(one) ? one : two
    await expect(setUserDisabled(house.as(last), { userId: userOf(last), disabled: true })).rejects.toMatchObject({
      code: 'conflict',
    })
    const former = last === one ? two : one
    const { token } = await house.db.sessions.open({ userId: userOf(former), kind: 'person', userAgent: null })
    expect((await house.db.sessions.findFresh(token))?.capacities).toEqual([])
  })
})

describe('a hospital and its last administrator', () => {
  it('are not parted by disabling the login while another one is leaving: the verb waits, and is refused', async () => {
    const leavings = [
      (second: Actor) => ({ text: 'update app_user set disabled_at = now() where id = $1', values: [userOf(second)] }),
      (second: Actor) => ({
        text: 'update membership set ended_at = now() where id = $1',
        values: [membershipOf(second)],
      }),
      (second: Actor) => ({
        text: `update membership set role = 'viewer' where id = $1`,
        values: [membershipOf(second)],
      }),
    ]
    for (const leaving of leavings) {
      await using house = await testHospital()
      const ctx = house.as(await install(house))
      const second = await house.hire('hospital_admin')
      await using held = await holdTransaction(house.url)
      await held.sql(leaving(second))
      const disabling = setUserDisabled(ctx, { userId: userOf(house.admin), disabled: true }).catch(
        (error: unknown) => error,
      )
      await held.isWaitedFor()
      await held.commit()
      expect(await disabling).toMatchObject({ code: 'conflict' })
    }
  })

  it('are not parted by ending or demoting while another one is being disabled', async () => {
    const changes = [
      (house: TestHospital) => endMembership(house.as(house.admin), { membershipId: membershipOf(house.admin) }),
      (house: TestHospital) =>
        updateStaff(house.as(house.admin), { membershipId: membershipOf(house.admin), role: 'nurse' }),
    ]
    for (const change of changes) {
      await using house = await testHospital()
      const second = await house.hire('hospital_admin')
      await using held = await holdTransaction(house.url)
      await held.sql({ text: 'update app_user set disabled_at = now() where id = $1', values: [userOf(second)] })
      const changing = change(house).catch((error: unknown) => error)
      await held.isWaitedFor()
      await held.commit()
      expect(await changing).toMatchObject({ code: 'conflict' })
    }
  })

  it('are not parted by two who are disabled in the same moment', async () => {
    await using house = await testHospital()
    const ctx = house.as(await install(house))
    const second = await house.hire('hospital_admin')
    const both = [house.admin, second].map((actor) => setUserDisabled(ctx, { userId: userOf(actor), disabled: true }))
    expect(outcomesOf(await Promise.allSettled(both))).toEqual({ done: 1, codes: ['conflict'] })
  })
})

describe('hospitals', () => {
  it('are read and changed by their administrators and the platform, and by nobody else', async () => {
    await using house = await testHospital()
    const { hospitalId } = house
    const admin = house.as(house.admin)
    const { version } = await getHospital(admin, { hospitalId })
    const changes = {
      city: 'Wien',
      country: 'AT',
      phone: '+43 1 5555555',
      email: 'Desk@General.example',
      specialities: ['Cardiology', 'Oncology'],
    }
    expect(await updateHospital(admin, { hospitalId, version, ...changes })).toEqual({ version: version + 1 })
    await expect(updateHospital(admin, { hospitalId, version, city: 'Graz' })).rejects.toMatchObject({
      code: 'stale_version',
    })
    expect(await getHospital(house.as(house.nurse), { hospitalId })).toMatchObject({
      ...changes,
      phone: '+4315555555',
      email: 'desk@general.example',
      street: null,
    })
    await expect(updateHospital(house.as(house.doctor), { hospitalId, version: 2 })).rejects.toMatchObject({
      code: 'forbidden',
    })
    const absent = { code: 'not_found', message: 'No such hospital.' }
    await expect(getHospital(admin, { hospitalId: uuidv7() })).rejects.toMatchObject(absent)
    await expect(getHospital(house.as(await install(house)), { hospitalId: uuidv7() })).rejects.toMatchObject(absent)
    const [stored] = await house.db.sql<{ text: string }>({ text: 'select to_jsonb(h)::text as text from hospital h' })
    expect(stored?.text).not.toMatch(/5555555|general\.example/i)
  })

  it('are listed to whom they concern: one’s own to staff, all to the platform, open ones in the directory', async () => {
    await using house = await testHospital()
    const platform = house.as(await install(house))
    const names = async (list: Promise<{ items: { id: string }[] }>) => (await list).items.map(({ id }) => id)
    expect(await names(listOwnHospitals(house.as(house.nurse), all))).toEqual([house.hospitalId])
    const { actor } = await house.signUpPerson()
    expect(await names(listOwnHospitals(house.as(actor), all))).toEqual([])
    const directory = { ...all, city: null, speciality: null }
    expect(await names(listHospitalDirectory(house.as(actor), directory))).toEqual([house.hospitalId])
    await closeHospital(platform, { hospitalId: house.hospitalId })
    expect(await names(listOwnHospitals(platform, all))).toEqual([house.hospitalId])
    expect(await names(listHospitalDirectory(house.as(actor), directory))).toEqual([])
  })

  it('close only when nobody is admitted, and an admission in the same moment waits for the outcome', async () => {
    await using house = await testHospital()
    const { hospitalId, wardId } = house
    const platform = house.as(await install(house))
    const { patientId } = await house.admit()
    await expect(closeHospital(platform, { hospitalId })).rejects.toMatchObject({ code: 'conflict' })
    await expect(closeHospital(house.as(house.admin), { hospitalId })).rejects.toMatchObject({ code: 'forbidden' })
    await dischargePatient(house.as(house.admin), { patientId })
    const results = await Promise.allSettled([
      closeHospital(platform, { hospitalId }),
      admitPatient(house.as(house.admin), { patientId, wardId }),
    ])
    const { done, codes } = outcomesOf(results)
    expect({ done, code: ['conflict', 'not_found'].includes(codes[0] ?? '') }).toEqual({ done: 1, code: true })
    const [state] = await house.db.sql<{ isClosed: boolean; admitted: number }>({
      text: `select closed_at is not null "isClosed",
                    (select count(*)::int from admission where status = 'admitted') admitted from hospital`,
    })
    expect([
      { isClosed: true, admitted: 0 },
      { isClosed: false, admitted: 1 },
    ]).toContainEqual(state)
  })

  it('that are closed leave nobody a place: staff, gateway and open invitations end', async () => {
    await using house = await testHospital()
    const { token: invited } = await inviteStaff(house.as(house.admin), {
      email: `${uuidv7()}@x.example`,
      role: 'nurse',
    })
    const { token } = await house.db.sessions.open({ userId: userOf(house.admin), kind: 'person', userAgent: null })
    await closeHospital(house.as(await install(house)), { hospitalId: house.hospitalId })
    for (const held of [token, house.gatewayToken]) {
      expect((await house.db.sessions.findFresh(held))?.capacities).toEqual([])
    }
    const joining = acceptInvitation(house.as(anonymous), { token: invited, name: 'Nora', password: testPassword })
    await expect(joining).rejects.toMatchObject({ code: 'invitation_invalid' })
  })

  it('that are just closing take no gateway in', async () => {
    await using house = await testHospital()
    await using held = await holdTransaction(house.url)
    const values = [house.hospitalId]
    await held.sql({ text: 'select 1 from hospital where id = $1 for update', values })
    await held.sql({ text: 'update hospital set closed_at = now() where id = $1', values })
    await held.sql({ text: 'update membership set ended_at = now() where hospital_id = $1', values })
    const making = createGateway(house.as(house.admin), { name: 'Late' }).catch((error: unknown) => error)
    await held.isWaitedFor()
    await held.commit()
    expect(await making).toMatchObject({ code: 'not_found', details: { resource: 'hospital' } })
  })
})
