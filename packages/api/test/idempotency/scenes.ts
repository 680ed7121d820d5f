import { type Actor, sendDocument, uuidv7 } from '@chartwire/db'
import { membershipOf, testPassword } from '@chartwire/db/testing/hospital'
import { patientLogin } from '@chartwire/db/testing/patient-login'
import type { SampleIds } from '../sample-inputs.ts'
import { allergy, type Furnished, kneePain, threshold } from './furnish.ts'

/** Who does it, and what they give: something that works once. */
interface Scene {
  actor: Actor | null
  input: unknown
}

/** By the mutation's path, where the sample input alone does not work, or not for the administrator. */
export const scenes: Record<string, (ids: SampleIds, furnished: Furnished) => Scene | Promise<Scene>> = {
  'admissions.admit': async ({ wardId }, { admin, register }) => ({
    actor: admin,
    input: { patientId: await register(), wardId },
  }),
  'appointments.block': (_, { clinician, freeHour }) => ({
    actor: clinician,
    input: { membershipId: membershipOf(clinician), startsAt: freeHour(), minutes: 60 },
  }),
  'appointments.book': ({ patientId }, { admin, appointment }) => ({ actor: admin, input: appointment(patientId) }),
  'appointments.reschedule': ({ appointmentId }, { admin, freeHour }) => ({
    actor: admin,
    input: { id: appointmentId, version: 1, startsAt: freeHour() },
  }),
  'alarms.emergency': ({ patientId }, { clinician }) => ({ actor: clinician, input: { patientId } }),
  'alarms.acknowledge': ({ alarmId }, { clinician }) => ({ actor: clinician, input: { alarmId } }),
  'alarms.resolve': ({ alarmId }, { clinician }) => ({ actor: clinician, input: { alarmId } }),
  'alarms.snooze': async ({ patientId }, { clinician, warning }) => ({
    actor: clinician,
    input: { alarmId: await warning(patientId), minutes: 1 },
  }),
  'careTeam.assign': async ({ patientId }, { admin, hospital }) => ({
    actor: admin,
    input: { membershipId: membershipOf(await hospital.hire('nurse')), charge: { patientId } },
  }),
  'cases.assignVisit': async ({ patientId }, { clinician, careCase, visit }) => ({
    actor: clinician,
    input: { caseId: await careCase(patientId), visitId: await visit(patientId) },
  }),
  'cases.open': ({ patientId }, { clinician }) => ({
    actor: clinician,
    input: { patientId, title: 'Knee', kind: 'acute' },
  }),
  'cases.removeVisit': async ({ patientId }, { clinician, careCase, visit }) => {
    const caseId = await careCase(patientId)
    return { actor: clinician, input: { caseId, visitId: await visit(patientId, caseId) } }
  },
  'cases.reopen': async ({ patientId }, { clinician, careCase, done }) => {
    const caseId = await careCase(patientId)
    await done('cases.setStatus', { caseId, version: 1, status: 'closed' }, clinician)
    return { actor: clinician, input: { caseId, version: 2 } }
  },
  'cases.resolve': async ({ patientId }, { clinician, careCase }) => ({
    actor: clinician,
    input: { caseId: await careCase(patientId), version: 1, outcome: 'unchanged' },
  }),
  'cases.setStatus': async ({ patientId }, { clinician, careCase }) => ({
    actor: clinician,
    input: { caseId: await careCase(patientId), version: 1, status: 'on_hold' },
  }),
  'cases.update': async ({ patientId }, { clinician, careCase }) => ({
    actor: clinician,
    input: { caseId: await careCase(patientId), version: 1, title: 'Hip' },
  }),
  'cases.withdraw': async ({ patientId }, { clinician, careCase }) => ({
    actor: clinician,
    input: { caseId: await careCase(patientId), version: 1, reason: 'Of the next bed' },
  }),
  'clinicalLists.add': ({ patientId }, { clinician }) => ({ actor: clinician, input: allergy(patientId) }),
  'clinicalLists.update': async ({ patientId }, { clinician, entry }) => ({
    actor: clinician,
    input: { ...(await entry(patientId)), status: 'resolved' },
  }),
  'clinicalLists.markErroneous': async ({ patientId }, { clinician, entry }) => ({
    actor: clinician,
    input: { ...(await entry(patientId)), reason: 'Of the next bed' },
  }),
  'documents.sendProfile': ({ patientId }, { clinician }) => ({
    actor: clinician,
    input: { patientId, channel: 'link' },
  }),
  'documents.revoke': async ({ patientId }, { clinician, hospital }) => {
    const document = { kind: 'patient-profile', channel: 'link', contentType: 'application/pdf' } as const
    const bytes = Buffer.from('%PDF')
    const { id } = await sendDocument(hospital.as(clinician), { ...document, patientId, bytes })
    return { actor: clinician, input: { patientId, documentId: id } }
  },
  'symptomChecks.assess': async ({ patientId }, { hospital }) => ({
    actor: (await patientLogin(hospital, { patientId })).actor,
    input: { patientId, text: 'A cough since yesterday' },
  }),
  'devices.register': (_, { admin }) => ({ actor: admin, input: { serial: uuidv7(), kind: 'other' } }),
  'devices.unassign': async ({ deviceId, patientId }, { admin, made }) => {
    await made('devices.assign', { deviceId, patientId })
    return { actor: admin, input: { deviceId, patientId } }
  },
  'breakGlass.acknowledge': async ({ patientId }, { admin, breakGlass }) => ({
    actor: admin,
    input: { id: await breakGlass(patientId) },
  }),
  'breakGlass.appointOfficer': async (_, { admin, hospital }) => ({
    actor: admin,
    input: { membershipId: membershipOf(await hospital.hire('nurse')) },
  }),
  'breakGlass.close': async ({ patientId }, { hospital, breakGlass }) => {
    const actor = await hospital.hire('doctor')
    return { actor, input: { id: await breakGlass(patientId, actor) } }
  },
  'breakGlass.endOfficer': async (_, { admin, hospital, made }) => {
    const membershipId = membershipOf(await hospital.hire('nurse'))
    return { actor: admin, input: { id: await made('breakGlass.appointOfficer', { membershipId }) } }
  },
  'breakGlass.review': async ({ patientId }, { admin, breakGlass }) => ({
    actor: admin,
    input: { id: await breakGlass(patientId), outcome: 'justified' },
  }),
  'breakGlass.revoke': async ({ patientId }, { admin, breakGlass }) => ({
    actor: admin,
    input: { id: await breakGlass(patientId) },
  }),
  'consent.give': ({ patientId }, { admin, directive }) => ({ actor: admin, input: directive(patientId) }),
  'consent.withdraw': async ({ patientId }, { admin, directive, done }) => {
    const { ids } = (await done('consent.give', directive(patientId))) as { ids: string[] }
    return { actor: admin, input: { id: ids[0], reference: 'Form 8' } }
  },
  'doctors.update': async (_, { admin, hospital }) => ({
    actor: admin,
    input: { membershipId: membershipOf(await hospital.hire('doctor')), version: 1, designation: 'Consultant' },
  }),
  'doctors.updateOwn': async (_, { hospital }) => ({
    actor: await hospital.hire('doctor'),
    input: { version: 1, specialities: ['Cardiology'] },
  }),
  'hospitals.close': async (_, { done, platform }) => {
    const signUp = {
      hospital: { name: uuidv7(), timeZone: 'UTC' },
      admin: { name: 'Eve', email: `${uuidv7()}@example.org`, password: testPassword },
    }
    const { hospitalId } = (await done('hospitals.signUp', signUp, null)) as { hospitalId: string }
    return { actor: await platform(), input: { hospitalId } }
  },
  'hospitals.revokeInvitation': async (_, { admin, made }) => ({
    actor: admin,
    input: { invitationId: await made('hospitals.invite', { email: `${uuidv7()}@example.org`, role: 'nurse' }) },
  }),
  'hospitals.update': async ({ hospitalId }, { admin, done }) => {
    const { version } = (await done('hospitals.get', { hospitalId })) as { version: number }
    return { actor: admin, input: { hospitalId, version, city: 'Vienna' } }
  },
  'identity.changeEmail': async (_, { hospital }) => ({
    actor: (await hospital.signUpPerson()).actor,
    input: { email: `${uuidv7()}@example.org`, password: testPassword },
  }),
  'identity.endSession': async (_, { hospital }) => {
    const { actor, userId } = await hospital.signUpPerson()
    const { token } = await hospital.db.sessions.open({ userId, kind: 'person', userAgent: null })
    const session = await hospital.db.sessions.find(token)
    return { actor, input: { id: session?.sessionId } }
  },
  'mfa.removePasskey': async (_, { hospital, passkey }) => {
    const actor = await hospital.hire('nurse')
    return { actor, input: { id: await passkey(actor) } }
  },
  'mfa.removeTotp': async (_, { hospital, totp }) => {
    const actor = await hospital.hire('nurse')
    await totp(actor)
    return { actor, input: undefined }
  },
  'mfa.renamePasskey': async (_, { hospital, passkey }) => {
    const actor = await hospital.hire('nurse')
    return { actor, input: { id: await passkey(actor), name: 'Phone' } }
  },
  'mfa.setPolicy': async (_, { hospital, passkey }) => {
    const actor = await hospital.hire('hospital_admin')
    await passkey(actor)
    return { actor, input: { requiredFrom: '2190-01-01T00:00:00Z' } }
  },
  'registrations.redeem': async (_, { admin, hospital, done }) => {
    const { actor } = await hospital.signUpPerson()
    const { code } = (await done('registrations.offer', undefined, actor)) as { code: string }
    return { actor: admin, input: { code } }
  },
  'users.disable': async ({ userId }, { platform }) => ({ actor: await platform(), input: { userId } }),
  'users.enable': async ({ userId }, { done, platform }) => {
    const actor = await platform()
    await done('users.disable', { userId }, actor)
    return { actor, input: { userId } }
  },
  'users.sendReset': async ({ userId }, { platform }) => ({ actor: await platform(), input: { userId } }),
  'identity.acceptInvitation': async (_, { done }) => {
    const invited = await done('hospitals.invite', { email: `${uuidv7()}@example.org`, role: 'nurse' })
    const { token } = invited as { token: string }
    return { actor: null, input: { token, name: 'Nora', password: testPassword } }
  },
  'patientAccess.changeRelation': async ({ patientId }, { admin, relative }) => {
    const { accessId } = await relative(patientId)
    return { actor: admin, input: { patientId, accessId, relation: 'guardian' } }
  },
  'patientAccess.revoke': async ({ patientId }, { admin, relative }) => {
    const { accessId } = await relative(patientId)
    return { actor: admin, input: { patientId, accessId } }
  },
  'patientAccess.leave': async ({ patientId }, { relative }) => {
    const { accessId, actor } = await relative(patientId)
    return { actor, input: { accessId } }
  },
  'patients.erase': async (_, { admin, register }) => ({
    actor: admin,
    input: { patientId: await register(), reason: 'Asked for it' },
  }),
  'patients.merge': async ({ patientId }, { admin, register }) => ({
    actor: admin,
    input: { patientId, mergedId: await register(), reason: 'Twice' },
  }),
  'patients.unmerge': async ({ patientId }, { admin, register, done }) => {
    const merge = { patientId, mergedId: await register(), reason: 'Twice' }
    const { mergeId } = (await done('patients.merge', merge)) as { mergeId: string }
    return { actor: admin, input: { mergeId, reason: 'Two people' } }
  },
  'patients.remove': async (_, { admin, register }) => ({ actor: admin, input: { patientId: await register() } }),
  'visits.record': ({ patientId }, { clinician }) => ({ actor: clinician, input: kneePain(patientId) }),
  'visits.setFollowUp': async ({ patientId }, { clinician, visit }) => ({
    actor: clinician,
    input: { visitId: await visit(patientId), version: 1, followUp: null },
  }),
  'visits.update': async ({ patientId }, { clinician, visit }) => ({
    actor: clinician,
    input: { visitId: await visit(patientId), version: 1, diagnosis: 'Sprain' },
  }),
  'visits.withdraw': async ({ patientId }, { clinician, visit }) => ({
    actor: clinician,
    input: { visitId: await visit(patientId), version: 1, reason: 'Of the next bed' },
  }),
  'thresholds.set': ({ patientId }, { clinician }) => ({ actor: clinician, input: threshold(patientId) }),
  'thresholds.clear': async ({ patientId }, { clinician, done }) => {
    await done('thresholds.set', threshold(patientId), clinician)
    return { actor: clinician, input: { patientId, parameter: 'heartRate', level: 'warning' } }
  },
}
