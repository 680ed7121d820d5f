import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { send } from '../../test/readings.ts'
import { dischargePatient } from '../admissions/discharge-patient.ts'
import { verifyChain } from '../audit/verify-chain.ts'
import { getAlarm, listAlarms } from './alarms.ts'
import { raiseEmergency } from './raise-emergency.ts'
import { acknowledgeAlarm, resolveAlarm, snoozeAlarm } from './respond-to-alarm.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const nurse = () => hospital.as(hospital.nurse)
const doctor = () => hospital.as(hospital.doctor)
const userOf = () => (hospital.nurse.kind === 'user' ? `user:${hospital.nurse.userId}` : '')
const everything = { openOnly: false, since: null, after: null, limit: 100 }

/** A patient with one critical alarm (heart rate) that was just raised. */
async function tachycardic(): Promise<{ patientId: string; alarmId: string }> {
  const { patientId } = await hospital.admit()
  for (let second = 0; second <= 15; second += 5) {
    hospital.clock.advance(5)
    await send(hospital, [{ patientId, values: { heartRate: 135 } }])
  }
  const { items } = await listAlarms(nurse(), { ...everything, patientId, openOnly: true })
  const alarm = items.find(({ level }) => level === 'critical')
  if (!alarm) throw new Error('No alarm was raised.')
  return { patientId, alarmId: alarm.id }
}

async function auditOf(alarmId: string): Promise<string[]> {
  const rows = await hospital.db.sql<{ action: string }>({
    text: `select action from audit_entry where resource_id = $1 and action <> 'alarm.read' order by seq`,
    values: [alarmId],
  })
  return rows.map(({ action }) => action)
}

describe('acknowledging', () => {
  it('is done by one of many at once, whose name and note stay on record', async () => {
    const { alarmId } = await tachycardic()
    const people = [nurse(), doctor(), nurse(), doctor()]
    const answers = await Promise.all(
      people.map((ctx, index) => acknowledgeAlarm(ctx, { alarmId, note: `note ${index}` })),
    )
    expect(new Set(answers.map(({ acknowledgedBy }) => acknowledgedBy)).size).toBe(1)
    const { note, acknowledgedBy, acknowledgedAt } = await getAlarm(nurse(), { alarmId })
    hospital.clock.advance(10)
    const late = acknowledgedBy === userOf() ? doctor() : nurse()
    expect(await acknowledgeAlarm(late, { alarmId, note: 'later' })).toMatchObject({ acknowledgedBy, acknowledgedAt })
    expect(await getAlarm(nurse(), { alarmId })).toMatchObject({ note, acknowledgedBy })
    expect(await auditOf(alarmId)).toEqual(['alarm.raised', 'alarm.acknowledged'])
  })

  it('is refused once the alarm is over', async () => {
    const { alarmId } = await tachycardic()
    await resolveAlarm(nurse(), { alarmId })
    await expect(acknowledgeAlarm(nurse(), { alarmId })).rejects.toMatchObject({ code: 'alarm_closed' })
    expect(await resolveAlarm(doctor(), { alarmId })).toMatchObject({ resolution: 'handled', status: 'resolved' })
    expect(await auditOf(alarmId)).toEqual(['alarm.raised', 'alarm.resolved'])
  })

  it('races with the end of the stay, and leaves one consistent alarm', async () => {
    const { alarmId, patientId } = await tachycardic()
    await Promise.allSettled([
      acknowledgeAlarm(nurse(), { alarmId }),
      dischargePatient(hospital.as(hospital.admin), { patientId }),
      send(hospital, [{ patientId, sourceTime: hospital.clock.now.getTime() + 5_000, values: { heartRate: 80 } }]),
    ])
    const rows = await hospital.db.sql({
      text: 'select status, resolution from alarm where id = $1',
      values: [alarmId],
    })
    expect(rows).toEqual([{ status: 'resolved', resolution: 'discharged' }])
  })
})

describe('snoozing', () => {
  it('lasts as long as the level allows, and no longer', async () => {
    const { alarmId } = await tachycardic()
    for (const minutes of [3, 60]) {
      await expect(snoozeAlarm(nurse(), { alarmId, minutes })).rejects.toMatchObject({
        code: 'snooze_refused',
        details: { field: 'minutes' },
      })
    }
    expect(await snoozeAlarm(nurse(), { alarmId, minutes: 2 })).toMatchObject({
      status: 'raised',
      snoozedUntil: new Date(hospital.clock.now.getTime() + 120_000).toISOString(),
    })
    await acknowledgeAlarm(nurse(), { alarmId })
    await expect(snoozeAlarm(nurse(), { alarmId, minutes: 1 })).rejects.toMatchObject({ code: 'alarm_closed' })
  })

  it('is never for an emergency', async () => {
    const { patientId } = await hospital.admit()
    const { id: alarmId } = await raiseEmergency(nurse(), { patientId })
    await expect(snoozeAlarm(nurse(), { alarmId, minutes: 1 })).rejects.toMatchObject({ code: 'snooze_refused' })
  })
})

describe('a call for help', () => {
  it('is one alarm however many call at once, each call announced', async () => {
    const { patientId } = await hospital.admit()
    const calls = await Promise.all(Array.from({ length: 6 }, () => raiseEmergency(nurse(), { patientId })))
    expect(new Set(calls.map(({ id }) => id)).size).toBe(1)
    expect(Math.max(...calls.map(({ announcements }) => announcements))).toBe(6)
    const { items } = await listAlarms(nurse(), { ...everything, patientId })
    expect(items).toHaveLength(1)
  })

  it('after an answered one is a new alarm, that asks for an answer of its own', async () => {
    const { patientId } = await hospital.admit()
    const first = await raiseEmergency(nurse(), { patientId })
    await acknowledgeAlarm(nurse(), { alarmId: first.id, note: 'on my way' })
    hospital.clock.advance(3_600)
    const second = await raiseEmergency(nurse(), { patientId })
    expect(second).toMatchObject({ status: 'raised', announcements: 1 })
    expect(second.id).not.toBe(first.id)
    expect(await getAlarm(nurse(), { alarmId: first.id })).toMatchObject({
      status: 'resolved',
      resolution: 'superseded',
      acknowledgedBy: userOf(),
      note: 'on my way',
    })
  })

  it('needs a patient who lies here', async () => {
    const { patientId } = await hospital.admit()
    await dischargePatient(hospital.as(hospital.admin), { patientId })
    await expect(raiseEmergency(nurse(), { patientId })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('the end of a stay', () => {
  it('closes every open alarm, and says so in the audit log of each', async () => {
    const { patientId, alarmId } = await tachycardic()
    const { id: emergency } = await raiseEmergency(nurse(), { patientId })
    await dischargePatient(hospital.as(hospital.admin), { patientId })
    const open = await hospital.db.sql({
      text: `select 1 from alarm where patient_id = $1 and resolution is distinct from 'discharged'`,
      values: [patientId],
    })
    expect(open).toEqual([])
    expect(await auditOf(alarmId)).toEqual(['alarm.raised', 'alarm.resolved'])
    expect(await auditOf(emergency)).toEqual(['alarm.raised', 'alarm.resolved'])
    expect(await verifyChain(hospital.db.sql, hospital.db.keys, hospital.hospitalId)).toMatchObject({ intact: true })
  })
})

describe('an alarm', () => {
  it('of a patient one does not care for is none', async () => {
    const { alarmId } = await tachycardic()
    const stranger = hospital.as(await hospital.hire('nurse'))
    const absent = { code: 'not_found', message: 'No such alarm.' }
    for (const answer of [getAlarm, acknowledgeAlarm, resolveAlarm]) {
      await expect(answer(stranger, { alarmId })).rejects.toMatchObject(absent)
      await expect(answer(nurse(), { alarmId: hospital.wardId })).rejects.toMatchObject(absent)
    }
    expect((await listAlarms(stranger, { ...everything, patientId: null })).items).toEqual([])
  })
})
