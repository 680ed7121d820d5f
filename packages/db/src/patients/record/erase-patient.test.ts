import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../../test/held-transaction.ts'
import { type TestHospital, testHospital, testPassword } from '../../../test/hospital.ts'
import { actingAs, openPatientLogin, patientLogin } from '../../../test/patient-login.ts'
import { send } from '../../../test/readings.ts'
import { admitPatient } from '../../admissions/admit-patient.ts'
import { dischargePatient } from '../../admissions/discharge-patient.ts'
import { assignDevice, registerDevice } from '../../devices/devices.ts'
import { verifyAllChains } from '../../audit/verify-chain.ts'
import { addEntry } from '../../clinical-lists/add-entry.ts'
import { setRetention } from '../../hospitals/set-retention.ts'
import { signIn } from '../../identity/sign-in.ts'
import { deleteExpired } from '../../kernel/delete-expired.ts'
import { uuidv7 } from '../../kernel/ids.ts'
import { anonymous, systemActor } from '../../policy/actor.ts'
import { offerRegistration, redeemOffer } from '../../registrations/registrations.ts'
import { getHistory, getPatient } from '../get-patient.ts'
import { mergePatients } from '../merge/merge-patients.ts'
import { registerPatient } from '../register-patient.ts'
import { erasePatient } from './erase-patient.ts'
import { erasurePlan } from './erasure-plan.ts'
import { streamRecord } from './export-record.ts'
import { listErasures } from './list-erasures.ts'
import { recordTables } from './record-tables.ts'
import { invitePatientLogin } from '../../../test/invite.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const admin = (house = hospital) => house.as(house.admin)
const reason = 'Asked for it'
let count = 0

/** Somebody with an unmistakable name, treated and gone home; not treated unless asked for. */
async function registered({ isTreated, house = hospital }: { isTreated: boolean; house?: TestHospital }) {
  count += 1
  const words = [`Vergissmich${count}`, `Niewieder${count}`, `66012345${100 + count}`, `verg${count}@essen.example`]
  const [givenName = '', familyName = '', digits = '', email = ''] = words
  const { id: patientId, mrn } = await registerPatient(admin(house), {
    givenName,
    familyName,
    birthDate: '1966-03-14',
    sex: 'female',
    phone: `+43${digits}`,
    email,
    history: `History of ${familyName}`,
    confirmDistinct: true,
  })
  if (isTreated) {
    await admitPatient(admin(house), { patientId, wardId: house.wardId, bed: `b${count}` })
    await send(house, [{ patientId, values: { heartRate: 70 } }])
    await addEntry(house.as(house.doctor), { patientId, kind: 'allergy', name: 'Latex' })
    await dischargePatient(admin(house), { patientId })
  }
  return { patientId, mrn, words, givenName, email, digits }
}

/** Everything in the database as text, as a dump would show it. */
async function dump({ db } = hospital): Promise<string> {
  const tables = await db.ownerSql<{ name: string }>({
    text: `select relname name from pg_class
            where relnamespace = current_schema()::regnamespace and relkind = 'r' order by 1`,
  })
  const texts: string[] = []
  for (const { name } of tables) {
    const rows = await db.ownerSql<{ text: string }>({ text: `select t::text as text from "${name}" t` })
    texts.push(...rows.map(({ text }) => text))
  }
  return texts.join('\n')
}

async function rowsOf(patientId: string, house = hospital): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { name, columns } of await recordTables(house.db.sql)) {
    if (!columns.some((column) => column.name === 'patient_id')) continue
    const [row] = await house.db.sql<{ rows: number }>({
      text: `select count(*)::int "rows" from ${name} where patient_id = $1`,
      values: [patientId],
    })
    if (row && row.rows > 0) counts[name] = row.rows
  }
  return counts
}

describe('an erased file', () => {
  it('leaves no name, number or address in the whole database, and what the law keeps is locked', async () => {
    const { patientId, words, givenName, email, digits } = await registered({ isTreated: true })
    const { token } = await invitePatientLogin(admin(), { patientId, email, relation: 'self' })
    await openPatientLogin(hospital, { token, patientId, email, name: `${givenName} herself` })
    const relative = await patientLogin(hospital, { patientId, relation: 'parent' })
    const before = await dump()
    expect(words.slice(0, 2).every((word) => before.includes(word))).toBe(true)

    const report = await erasePatient(admin(), { patientId, reason })
    const text = await dump()
    expect([...words, digits.slice(-6)].filter((word) => text.includes(word))).toEqual([])

    const until = new Date(hospital.clock.now)
    until.setUTCFullYear(until.getUTCFullYear() + 10)
    expect(report.retainUntil?.slice(0, 10)).toBe(until.toISOString().slice(0, 10))
    expect(report.erased).toEqual(
      expect.arrayContaining([
        { what: 'registration', rows: 1, how: 'closed' },
        { what: 'patient', rows: 1, how: 'overwritten' },
        { what: 'patient_access', rows: 2, how: 'closed' },
        { what: 'app_user', rows: 1, how: 'overwritten' },
        { what: 'invitation', rows: 2, how: 'deleted' },
      ]),
    )
    const kept = Object.fromEntries(report.kept.map(({ what, rows, until: end }) => [what, [rows, end]]))
    expect(kept).toMatchObject({
      admission: [1, report.retainUntil],
      vital_reading: [1, report.retainUntil],
      clinical_entry: [1, report.retainUntil],
      history: [1, report.retainUntil],
      audit_entry: [expect.any(Number), null],
    })
    for (const read of [
      () => getPatient(admin(), { patientId }),
      () => getHistory(hospital.as(hospital.doctor), { patientId }),
    ]) {
      await expect(read()).rejects.toMatchObject({ code: 'not_found' })
    }
    await expect(actingAs(hospital, relative.userId, patientId)).rejects.toMatchObject({ code: 'not_found' })
    await expect(
      signIn(hospital.as(anonymous), { email, password: testPassword, userAgent: null }),
    ).rejects.toMatchObject({ code: 'credentials_wrong' })
    // The relative's login is the relative's own.
    await signIn(hospital.as(anonymous), { email: relative.email, password: testPassword, userAgent: null })
    expect((await listErasures(admin(), { after: null, limit: 10 })).items).toMatchObject([
      { id: report.erasureId, patientId, reason, erased: report.erased, kept: report.kept, purgedAt: null },
    ])
    expect((await verifyAllChains(hospital.db.sql, hospital.db.keys)).every(({ intact }) => intact)).toBe(true)
  })

  it('keeps clinical records to the day, and not a day longer', async () => {
    await using house = await testHospital()
    await setRetention(admin(house), { years: 1 })
    const { patientId, mrn } = await registered({ isTreated: true, house })
    const { retainUntil } = await erasePatient(admin(house), { patientId, reason })
    const clinical = ['admission', 'clinical_entry', 'vital_hourly', 'vital_reading']
    const due = Date.parse(retainUntil ?? '')
    await deleteExpired(house.db, new Date(due - 1000))
    expect(Object.keys(await rowsOf(patientId, house))).toEqual(expect.arrayContaining(clinical))
    expect(await dump(house)).toContain(`,${mrn},`)
    await deleteExpired(house.db, new Date(due))
    expect(Object.keys(await rowsOf(patientId, house)).sort()).toEqual(['erasure', 'registration'])
    expect(await dump(house)).not.toContain(`,${mrn},`)
    const [row] = await house.db.sql<object>({
      text: 'select history_cipher, sex, birth_date::text born from patient where id = $1',
      values: [patientId],
    })
    expect(row).toEqual({ history_cipher: null, sex: 'unknown', born: '1966-01-01' })
    expect((await listErasures(admin(house), { after: null, limit: 1 })).items[0]?.purgedAt).not.toBeNull()
    expect((await verifyAllChains(house.db.sql, house.db.keys)).every(({ intact }) => intact)).toBe(true)
  })

  it('keeps nothing of somebody who was never treated, or whose time is up already', async () => {
    await using house = await testHospital()
    const never = await registered({ isTreated: false, house })
    const long = await registered({ isTreated: true, house })
    await setRetention(admin(house), { years: 0 })
    for (const { patientId } of [never, long]) {
      const { retainUntil, kept } = await erasePatient(admin(house), { patientId, reason })
      expect({ retainUntil, kept: kept.map(({ what }) => what) }).toEqual({ retainUntil: null, kept: ['audit_entry'] })
      expect(Object.keys(await rowsOf(patientId, house)).sort()).toEqual(['erasure', 'registration'])
    }
  })

  it('takes the files along that were merged into it', async () => {
    const [gone, survivor] = [await registered({ isTreated: true }), await registered({ isTreated: false })]
    await mergePatients(admin(), { patientId: survivor.patientId, mergedId: gone.patientId, reason: 'Twice' })
    const { kept } = await erasePatient(admin(), { patientId: survivor.patientId, reason })
    expect(kept).toContainEqual(expect.objectContaining({ what: 'vital_reading', rows: 1 }))
    const text = await dump()
    expect([...gone.words, ...survivor.words].filter((word) => text.includes(word))).toEqual([])
  })

  it('leaves the person to another hospital that holds a file, with the patient’s logins', async () => {
    const { patientId, words, mrn } = await registered({ isTreated: true })
    const self = await patientLogin(hospital, { patientId })
    await hospital.db.sql({
      text: `insert into hospital (id, name, time_zone, created_at) values ($1, 'Elsewhere', 'UTC', now())`,
      values: [patientId],
    })
    await hospital.db.sql({
      text: `insert into registration (id, hospital_id, patient_id, mrn, created_at) values ($1, $1, $1, '1', now())`,
      values: [patientId],
    })
    const { kept } = await erasePatient(admin(), { patientId, reason })
    expect(kept).toContainEqual({ what: 'patient', rows: 1, why: 'another hospital holds a file', until: null })
    expect(await getPatient(hospital.as(self.actor), { patientId })).toMatchObject({ givenName: words[0], mrn: '1' })
    await expect(getPatient(admin(), { patientId })).rejects.toMatchObject({ code: 'not_found' })
    expect(mrn).not.toBe('1')
  })

  it('leaves to another hospital what that one must keep of the same person', async () => {
    const { patientId } = await registered({ isTreated: true })
    await using other = await testHospital({ beside: hospital })
    await hospital.db.sql({
      text: `insert into registration (id, hospital_id, patient_id, mrn, created_at) values ($1, $2, $3, 'x1', now())`,
      values: [uuidv7(), other.hospitalId, patientId],
    })
    const { retainUntil } = await erasePatient(admin(), { patientId, reason })
    expect(retainUntil).not.toBeNull()
    const { kept } = await erasePatient(admin(other), { patientId, reason })
    expect(kept).toContainEqual(expect.objectContaining({ what: 'history', until: retainUntil }))
    const stored = () =>
      hospital.db.sql({
        text: 'select given_name, sex, history_cipher is null "isGone" from patient where id = $1',
        values: [patientId],
      })
    expect(await stored()).toEqual([{ given_name: 'Erased', sex: 'female', isGone: false }])
    await deleteExpired(hospital.db, new Date(retainUntil ?? ''))
    expect(await stored()).toEqual([{ given_name: 'Erased', sex: 'unknown', isGone: true }])
  })

  it('takes the name of a login along that was shut out before, and leaves a platform administrator’s', async () => {
    const { patientId, words } = await registered({ isTreated: false })
    const own = await patientLogin(hospital, { patientId, name: `${words[0]} shut out` })
    const operator = await patientLogin(hospital, { patientId, name: 'Olga Operator' })
    await hospital.db.sql({ text: 'update app_user set disabled_at = now() where id = $1', values: [own.userId] })
    await hospital.db.sql({
      text: `insert into platform_admin (id, user_id, granted_by, created_at) values ($1, $1, 'operator', now())`,
      values: [operator.userId],
    })
    await erasePatient(admin(), { patientId, reason })
    const text = await dump()
    expect(words.filter((word) => text.includes(word))).toEqual([])
    await signIn(hospital.as(anonymous), { email: operator.email, password: testPassword, userAgent: null })
  })

  it('leaves no word of why it was merged, no code to register by, no device behind', async () => {
    const [gone, stays] = [await registered({ isTreated: false }), await registered({ isTreated: true })]
    const { patientId } = stays
    await mergePatients(admin(), { patientId, mergedId: gone.patientId, reason: `Both are ${gone.givenName}` })
    const { actor } = await patientLogin(hospital, { patientId })
    const { code } = await offerRegistration(hospital.as(actor))
    const { id: deviceId } = await registerDevice(admin(), { serial: `S-${patientId}`, kind: 'wearable' })
    await assignDevice(admin(), { deviceId, patientId })
    const { kept } = await erasePatient(admin(), { patientId, reason })
    expect(kept).toContainEqual(expect.objectContaining({ what: 'patient_merge', rows: 1 }))
    const record = await streamRecord(hospital.as(systemActor('operator')), { patientId, hospitalId: null })
    for await (const { rows } of record.pages) expect(JSON.stringify(rows)).not.toContain(gone.givenName)
    await using other = await testHospital({ beside: hospital })
    await expect(redeemOffer(admin(other), { code })).rejects.toMatchObject({ code: 'offer_invalid' })
    const { patientId: next } = await registered({ isTreated: false })
    await assignDevice(admin(), { deviceId, patientId: next })
  })

  it('is refused while the patient is admitted, to all but administrators, and once is enough', async () => {
    const { patientId } = await hospital.admit()
    await expect(erasePatient(admin(), { patientId, reason })).rejects.toMatchObject({ code: 'already_admitted' })
    await dischargePatient(admin(), { patientId })
    for (const actor of [hospital.doctor, await hospital.hire('front_desk')]) {
      await expect(erasePatient(hospital.as(actor), { patientId, reason })).rejects.toMatchObject({ code: 'forbidden' })
    }
    const tries = [0, 1, 2].map(() => erasePatient(admin(), { patientId, reason }))
    expect(outcomesOf(await Promise.allSettled(tries))).toEqual({ done: 1, codes: ['not_found', 'not_found'] })
  })
})

it('every table with a patient in it says what an erasure does to it', async () => {
  const tables = await recordTables(hospital.db.sql)
  expect(
    tables.map(({ name }) => name),
    'patients/record/erasure-plan.ts',
  ).toEqual(Object.keys(erasurePlan).sort())
})
