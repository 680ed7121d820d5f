import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { actingAs, openPatientLogin, patientLogin } from '../../test/patient-login.ts'
import { uuidv7 } from '../kernel/ids.ts'
import type { Actor } from '../policy/actor.ts'
import { changeRelation, leavePatient, revokeAccess } from './change-access.ts'
import { listMyPatients, listPatientAccess } from './list-access.ts'
import type { PatientRelation } from '../policy/standing-in.ts'
import { invitePatientLogin } from '../../test/invite.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const admin = () => hospital.as(hospital.admin)
const actionsOn = async (id: string) =>
  (
    await hospital.db.sql<{ action: string; actor: string }>({
      text: 'select action, actor from audit_entry where resource_id = $1 order by seq',
      values: [id],
    })
  ).map(({ action }) => action)
const holders = async (patientId: string) =>
  (await listPatientAccess(admin(), { patientId })).map(({ userId, relation }) => [userId, relation])

/** Invites as somebody, and joins. */
async function brought(by: Actor, patientId: string, relation: PatientRelation) {
  const email = `${uuidv7()}@example.org`
  const { token } = await invitePatientLogin(hospital.as(by), { patientId, email, relation })
  return openPatientLogin(hospital, { token, patientId, email })
}

describe('who may act for a patient', () => {
  it('is granted by who stands in for the patient already, by name and time, and never as the patient', async () => {
    const { patientId } = await hospital.admit()
    const self = await patientLogin(hospital, { patientId })
    const guardian = await brought(self.actor, patientId, 'guardian')
    const spouse = await brought(guardian.actor, patientId, 'spouse')
    const seen = await listPatientAccess(hospital.as(spouse.actor), { patientId })
    expect(seen.map(({ userId, relation }) => [userId, relation])).toEqual([
      [self.userId, 'self'],
      [guardian.userId, 'guardian'],
      [spouse.userId, 'spouse'],
    ])
    expect(seen.every(({ grantedBy, since }) => grantedBy.startsWith('invitation:') && since !== '')).toBe(true)
    const invitations = await hospital.db.sql<{ invitedBy: string }>({
      text: `select invited_by "invitedBy" from invitation where 'invitation:' || id = any($1) order by id`,
      values: [seen.map(({ grantedBy }) => grantedBy)],
    })
    const { userId: adminId } = hospital.admin as { userId: string }
    expect(invitations.map(({ invitedBy }) => invitedBy)).toEqual([adminId, self.userId, guardian.userId])
    for (const attempt of [
      () => brought(self.actor, patientId, 'self'),
      () => brought(spouse.actor, patientId, 'other'),
      () => changeRelation(hospital.as(spouse.actor), { patientId, accessId: spouse.accessId, relation: 'guardian' }),
      () => changeRelation(hospital.as(guardian.actor), { patientId, accessId: guardian.accessId, relation: 'self' }),
      () => revokeAccess(hospital.as(spouse.actor), { patientId, accessId: guardian.accessId }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' })
    }
  })

  it('cannot be claimed: not of another patient, not by a stranger on the staff', async () => {
    const [{ patientId }, { patientId: another }] = [await hospital.admit(), await hospital.admit()]
    const self = await patientLogin(hospital, { patientId })
    const other = await patientLogin(hospital, { patientId: another })
    const stranger = await hospital.hire('nurse')
    for (const ctx of [hospital.as(self.actor), hospital.as(stranger)]) {
      for (const attempt of [
        () => invitePatientLogin(ctx, { patientId: another, email: 'me@example.org', relation: 'guardian' }),
        () => listPatientAccess(ctx, { patientId: another }),
        () => changeRelation(ctx, { patientId: another, accessId: other.accessId, relation: 'parent' }),
        () => revokeAccess(ctx, { patientId: another, accessId: other.accessId }),
      ]) {
        await expect(attempt()).rejects.toMatchObject({ code: 'not_found' })
      }
    }
    // Under one's own patient's id another's grant is not there.
    await expect(revokeAccess(hospital.as(self.actor), { patientId, accessId: other.accessId })).rejects.toMatchObject({
      code: 'not_found',
      details: { resource: 'access' },
    })
    await expect(leavePatient(hospital.as(self.actor), { accessId: other.accessId })).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await holders(another)).toEqual([[other.userId, 'self']])
  })

  it('changes its relation by a new grant, the old one ended: both keep who and since when', async () => {
    const { patientId } = await hospital.admit()
    const parent = await patientLogin(hospital, { patientId, relation: 'parent' })
    const friend = await patientLogin(hospital, { patientId, relation: 'other' })
    hospital.clock.advance(60)
    const { id } = await changeRelation(hospital.as(parent.actor), {
      patientId,
      accessId: friend.accessId,
      relation: 'guardian',
    })
    expect(await listPatientAccess(admin(), { patientId })).toMatchObject([
      { id: parent.accessId, relation: 'parent' },
      { id, relation: 'guardian', grantedBy: `user:${parent.userId}`, since: hospital.clock.now.toISOString() },
    ])
    expect(await actionsOn(id)).toEqual(['patient-access.change'])
    await expect(
      changeRelation(admin(), { patientId, accessId: friend.accessId, relation: 'parent' }),
    ).rejects.toMatchObject({ code: 'not_found' })
  })

  it('loses it at once: a session acts for the patient no more', async () => {
    const { patientId } = await hospital.admit()
    const self = await patientLogin(hospital, { patientId })
    const parent = await patientLogin(hospital, { patientId, relation: 'parent' })
    await revokeAccess(hospital.as(self.actor), { patientId, accessId: parent.accessId })
    await expect(actingAs(hospital, parent.userId, patientId)).rejects.toMatchObject({ code: 'not_found' })
    expect(await holders(patientId)).toEqual([[self.userId, 'self']])
    expect(await actionsOn(parent.accessId)).toEqual(['patient-access.revoke'])
  })

  it('is never silently nobody: the last login of the patient’s own goes only when staff say so, or by itself', async () => {
    const { patientId } = await hospital.admit()
    const self = await patientLogin(hospital, { patientId })
    const parent = await patientLogin(hospital, { patientId, relation: 'parent' })
    const named = { patientId, accessId: self.accessId }
    const taken = { code: 'last_self_access', details: { field: 'accessId' } }
    await expect(revokeAccess(hospital.as(parent.actor), named)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(revokeAccess(hospital.as(self.actor), { ...named, evenLastSelf: true })).rejects.toMatchObject(taken)
    await expect(revokeAccess(admin(), named)).rejects.toMatchObject(taken)
    await expect(changeRelation(admin(), { ...named, relation: 'other' })).rejects.toMatchObject(taken)
    expect(await revokeAccess(admin(), { ...named, evenLastSelf: true })).toEqual({ revoked: true, wasLastSelf: true })
  })

  it('keeps one of two of the patient’s own logins, however fast each takes the other’s', async () => {
    const { patientId } = await hospital.admit()
    const [one, two] = [await patientLogin(hospital, { patientId }), await patientLogin(hospital, { patientId })]
    const outcome = outcomesOf(
      await Promise.allSettled([
        revokeAccess(hospital.as(one.actor), { patientId, accessId: two.accessId }),
        revokeAccess(hospital.as(two.actor), { patientId, accessId: one.accessId }),
      ]),
    )
    expect(outcome).toEqual({ done: 1, codes: ['last_self_access'] })
    expect(await holders(patientId)).toHaveLength(1)
  })

  it('gives it up by its own will, whatever the login acts as', async () => {
    const [{ patientId }, { patientId: child }] = [await hospital.admit(), await hospital.admit()]
    const self = await patientLogin(hospital, { patientId })
    const { token } = await invitePatientLogin(admin(), { patientId: child, email: self.email, relation: 'parent' })
    const parent = await openPatientLogin(hospital, { token, patientId: child, email: self.email })
    const mine = await listMyPatients(hospital.as(self.actor))
    expect(mine.map((access) => [access.patientId, access.relation])).toEqual([
      [patientId, 'self'],
      [child, 'parent'],
    ])
    await leavePatient(hospital.as(self.actor), { accessId: parent.accessId })
    expect((await listMyPatients(hospital.as(self.actor))).map((access) => access.patientId)).toEqual([patientId])
    expect(await actionsOn(parent.accessId)).toEqual(['patient-access.leave'])
  })
})
