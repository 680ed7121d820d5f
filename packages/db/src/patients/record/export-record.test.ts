import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestHospital, testHospital } from '../../../test/hospital.ts'
import { patientLogin } from '../../../test/patient-login.ts'
import { send } from '../../../test/readings.ts'
import { admitPatient } from '../../admissions/admit-patient.ts'
import { dischargePatient } from '../../admissions/discharge-patient.ts'
import { raiseEmergency } from '../../alarms/raise-emergency.ts'
import { acknowledgeAlarm } from '../../alarms/respond-to-alarm.ts'
import { addEntry } from '../../clinical-lists/add-entry.ts'
import { systemActor } from '../../policy/actor.ts'
import { mergePatients } from '../merge/merge-patients.ts'
import { registerPatient } from '../register-patient.ts'
import { exportRecord, exportTable, streamRecord } from './export-record.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const admin = () => hospital.as(hospital.admin)
const doctor = () => hospital.as(hospital.doctor)

/** Somebody of whom every kind of row is known. */
async function documented() {
  const { id: patientId } = await registerPatient(admin(), {
    givenName: 'Dora',
    familyName: 'Dokument',
    birthDate: '1966-03-14',
    sex: 'female',
    phone: '+436601112222',
    address: { street: 'Lindengasse 7' },
    history: 'Asthma since childhood',
    confirmDistinct: true,
  })
  await admitPatient(admin(), { patientId, wardId: hospital.wardId })
  const { id: alarmId } = await raiseEmergency(doctor(), { patientId })
  await acknowledgeAlarm(doctor(), { alarmId, note: 'On my way' })
  await addEntry(doctor(), { patientId, kind: 'allergy', name: 'Latex', reaction: 'Rash' })
  const at = hospital.clock.now.getTime()
  const rows = [0, 1, 2, 3, 4].map((second) => ({
    patientId,
    sourceTime: at - second * 1000,
    values: { heartRate: 70 + second },
  }))
  await send(hospital, rows)
  await dischargePatient(admin(), { patientId, note: 'Home with her sister' })
  hospital.clock.advance(60)
  return patientId
}

describe('a patient’s record', () => {
  it('is given to the patient whole, deciphered, under all ids of the person', async () => {
    const [mergedId, patientId] = [await documented(), await documented()]
    await mergePatients(admin(), { patientId, mergedId, reason: 'Twice' })
    const self = await patientLogin(hospital, { patientId })
    const { manifest, tables } = await exportRecord(hospital.as(self.actor), { patientId })
    expect(manifest).toMatchObject({ patientId, hospitalId: null, recordIds: expect.arrayContaining([mergedId]) })
    expect(tables['patient']).toMatchObject([
      { phone: '+436601112222', address: { street: 'Lindengasse 7' }, history: 'Asthma since childhood' },
      { id: expect.any(String) },
    ])
    expect(tables['clinical_entry']).toMatchObject([{ content: { name: 'Latex' } }, { content: { reaction: 'Rash' } }])
    expect(tables['admission']?.map((row) => row['discharge_note'])).toEqual([
      'Home with her sister',
      'Home with her sister',
    ])
    expect(tables['alarm']?.map((row) => row['note'])).toContain('On my way')
    expect(tables['vital_reading']).toHaveLength(10)
    expect(tables['patient_access']).toMatchObject([{ user_id: self.userId, relation: 'self' }])
    const actions = tables['audit_entry']?.map((row) => row['action'])
    expect(actions).toEqual(expect.arrayContaining(['patient.register', 'patient.merge']))
    // Nothing that is a means of the system, and no other patient.
    expect(JSON.stringify(tables)).not.toMatch(/phone_index|token_hash|xid|patient_ids|"type":"Buffer"/)
    const [entry] = await hospital.db.sql<{ count: number }>({
      text: `select count(*)::int from audit_entry where action = 'patient.export' and patient_ids @> $1`,
      values: [[patientId, mergedId]],
    })
    expect(entry).toEqual({ count: 1 })
  })

  it('holds every table that has rows of patients, also one that is made tomorrow', async () => {
    const patientId = await documented()
    await hospital.db.ownerSql({
      text: `create table tomorrow (id uuid primary key, patient_id uuid not null, hospital_id uuid not null, text_cipher bytea)`,
    })
    await hospital.db.ownerSql({ text: 'grant select, insert on tomorrow to public' })
    const [row] = await hospital.db.sql<{ id: string }>({
      text: 'insert into tomorrow values (gen_random_uuid(), $1, $2, null) returning id',
      values: [patientId, hospital.hospitalId],
    })
    const { manifest, tables } = await exportRecord(admin(), { patientId })
    expect(tables['tomorrow']).toEqual([
      { id: row?.id, patient_id: patientId, hospital_id: hospital.hospitalId, text: null },
    ])
    const held = await hospital.db.sql<{ table: string }>({
      text: `select distinct table_name "table" from information_schema.columns
              where table_schema = current_schema() and column_name in ('patient_id', 'patient_ids')
                and table_name not like 'vital\\_reading\\_%' order by 1`,
    })
    const listed = manifest.tables.map(({ table }) => table)
    expect(held.filter(({ table }) => !listed.includes(table))).toEqual([])
    for (const { table, rows } of manifest.tables) {
      expect({ table, rows: tables[table]?.length }).toEqual({ table, rows })
      if (['patient', 'admission_move', 'audit_entry'].includes(table)) continue
      const [count] = await hospital.db.sql<{ rows: number }>({
        text: `select count(*)::int "rows" from ${table} where patient_id = $1`,
        values: [patientId],
      })
      expect({ table, rows }).toEqual({ table, rows: count?.rows })
    }
    await hospital.db.ownerSql({ text: 'drop table tomorrow' })
  })

  it('comes page by page where it is long, each row once', async () => {
    const patientId = await documented()
    const self = hospital.as((await patientLogin(hospital, { patientId })).actor)
    for (const table of ['vital_reading', 'admission_move', 'clinical_entry']) {
      const whole = (await exportRecord(self, { patientId })).tables[table] ?? []
      const rows: object[] = []
      let after: string | null = null
      do {
        const page: Awaited<ReturnType<typeof exportTable>> = await exportTable(self, {
          patientId,
          table,
          after,
          limit: 2,
        })
        rows.push(...page.rows)
        after = page.next
      } while (after !== null)
      expect(rows).toEqual(whole)
    }
    for (const after of [
      'x',
      Buffer.from('["a"]').toString('base64url'),
      Buffer.from('[1,2,3]').toString('base64url'),
    ]) {
      await expect(exportTable(self, { patientId, table: 'vital_reading', after, limit: 2 })).rejects.toMatchObject({
        code: 'invalid',
        details: { field: 'after' },
      })
    }
    await expect(exportTable(self, { patientId, table: 'app_user', after: null, limit: 2 })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('is for those who stand in for the patient, and the hospital’s administrator of what the hospital holds', async () => {
    const patientId = await documented()
    const spouse = await patientLogin(hospital, { patientId, relation: 'spouse' })
    for (const actor of [spouse.actor, hospital.doctor, hospital.nurse, await hospital.hire('front_desk')]) {
      await expect(exportRecord(hospital.as(actor), { patientId })).rejects.toMatchObject({ code: 'forbidden' })
    }
    const { patientId: another } = await hospital.admit()
    const self = await patientLogin(hospital, { patientId: another })
    await expect(exportRecord(hospital.as(self.actor), { patientId })).rejects.toMatchObject({ code: 'not_found' })
    await hospital.db.sql({
      text: `insert into hospital (id, name, time_zone, created_at) values ($1, 'Elsewhere', 'UTC', now())`,
      values: [another],
    })
    await hospital.db.sql({
      text: `insert into registration (id, hospital_id, patient_id, mrn, created_at) values ($1, $1, $2, '1', now())`,
      values: [another, patientId],
    })
    const { tables } = await exportRecord(admin(), { patientId })
    expect(tables['registration']).toMatchObject([{ hospital_id: hospital.hospitalId }])
    const stream = await streamRecord(hospital.as(systemActor('operator')), { patientId, hospitalId: null })
    const streamed: Record<string, object[]> = {}
    for await (const { table, rows } of stream.pages) streamed[table] = [...(streamed[table] ?? []), ...rows]
    expect(streamed['registration']).toHaveLength(2)
  })

  it('asks for a proof of the last ten minutes: a screen that was left open gives nothing away', async () => {
    const { id: patientId } = await registerPatient(admin(), {
      givenName: 'Olga',
      familyName: 'Offen',
      birthDate: '1950-01-01',
      sex: 'female',
    })
    await exportRecord(admin(), { patientId })
    hospital.clock.advance(11 * 60)
    const proof = { code: 'step_up_required', details: { methods: ['password'] } }
    await expect(exportRecord(admin(), { patientId })).rejects.toMatchObject(proof)
    const table = { patientId, table: 'registration', after: null, limit: 10 }
    await expect(exportTable(admin(), table)).rejects.toMatchObject(proof)
  })
})
