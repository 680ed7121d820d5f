import { uuidv7, verifyAllChains } from '@chartwire/db'
import { SoftwareAuthenticator } from '@chartwire/db/testing/authenticator'
import { testPassword } from '@chartwire/db/testing/hospital'
import { patientLogin } from '@chartwire/db/testing/patient-login'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymised, codeOf } from '../world/answer.ts'
import { startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'
import { Person } from './person.ts'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

const reason = 'Asked for it'
const foreign = () => world.belongings['other-hospital'].ids
const actionsOn = async (id: string) => (await attacker.auditOf(id)).map(({ action }) => action)

/** A file of the first hospital, of somebody who does not lie there. */
async function file(familyName = 'Doppelt'): Promise<string> {
  const person = { givenName: 'Maria', familyName, birthDate: '1966-03-14', sex: 'female', confirmDistinct: true }
  return String(dataOf(await attacker.as('hospital_admin', 'patients.register', person))['id'])
}

describe('by making two files one, one cannot', () => {
  it('draw in a file of another hospital, or push one’s own into it', async () => {
    const patientId = await file()
    const merge = (input: object) => attacker.as('hospital_admin', 'patients.merge', { reason, ...input })
    for (const other of [foreign().patientId, uuidv7()]) {
      expect(codeOf(await merge({ patientId, mergedId: other }))).toBe('not_found')
      expect(codeOf(await merge({ patientId: other, mergedId: patientId }))).toBe('not_found')
    }
    const known = await merge({ patientId, mergedId: foreign().patientId })
    expect(anonymised(known)).toEqual(anonymised(await merge({ patientId, mergedId: uuidv7() })))
    expect(codeOf(await merge({ patientId, mergedId: patientId }))).toBe('invalid')
    const mergedId = await file()
    for (const role of ['doctor', 'nurse', 'front_desk', 'patient', 'platform', 'gateway'] as const) {
      expect(await attacker.fateAs(role, 'patients.merge', { patientId, mergedId, reason })).toBe('forbidden')
    }
    expect(await attacker.count('patient_merge')).toBe(0)
  })

  it('see or undo what another hospital made one', async () => {
    const [patientId, mergedId] = [await file(), await file()]
    const merged = dataOf(await attacker.as('hospital_admin', 'patients.merge', { patientId, mergedId, reason }))
    const mergeId = String(merged['mergeId'])
    const token = await attacker.tokenOfActor(world.elsewhere.admin)
    const undo = (id: string) => attacker.call('patients.unmerge', { mergeId: id, reason }, { token })
    expect(codeOf(await undo(mergeId))).toBe('not_found')
    expect(anonymised(await undo(mergeId))).toEqual(anonymised(await undo(uuidv7())))
    expect(await attacker.fate('patients.merges', { patientId }, { token })).toBe('not_found')
    expect(await attacker.fateAs('doctor', 'patients.unmerge', { mergeId, reason })).toBe('forbidden')
    expect(await attacker.count('patient_merge', 'id = $1 and undone_at is null', [mergeId])).toBe(1)
    expect(await actionsOn(mergeId)).toEqual(['patient.merge'])
  })
})

describe('by taking a record along, one cannot', () => {
  it('have another’s: not as a patient, as staff without leave, from elsewhere, or against the patient’s word', async () => {
    const { hospital } = world.server
    const { patientId } = await hospital.admit()
    const { patientId: another } = await hospital.admit()
    const [self, eve, spouse] = [
      await patientLogin(hospital, { patientId }),
      await patientLogin(hospital, { patientId: another }),
      await patientLogin(hospital, { patientId, relation: 'spouse' }),
    ]
    const attempts = async (token: string | null, headers: Record<string, string> = {}) => [
      await attacker.fate('patients.exportRecord', { patientId }, { token, headers }),
      await attacker.fate('patients.exportTable', { patientId, table: 'patient' }, { token, headers }),
    ]
    const both = (fate: string) => [fate, fate]
    expect(await attempts(await attacker.tokenOfActor(eve.actor))).toEqual(both('not_found'))
    expect(await attempts(await attacker.tokenOfActor(spouse.actor))).toEqual(both('forbidden'))
    expect(await attempts(await attacker.tokenOfActor(world.elsewhere.admin))).toEqual(both('not_found'))
    for (const role of ['doctor', 'nurse', 'viewer', 'front_desk', 'platform', 'gateway'] as const) {
      expect(await attempts(await world.tokenOf(role))).toEqual(both('forbidden'))
    }
    expect(await attempts(null)).toEqual(both('unauthenticated'))
    expect(await attempts(await world.tokenOf('hospital_admin'))).toEqual(both('ok'))
    const recipient = { kind: 'hospital', hospitalId: hospital.hospitalId }
    const denial = { patientId, effect: 'deny', purposes: ['export'], recipient }
    expect(await attacker.fate('consent.give', denial, { token: await attacker.tokenOfActor(self.actor) })).toBe('ok')
    for (const purpose of ['administration', 'treatment', 'export']) {
      expect(await attempts(await world.tokenOf('hospital_admin'), { 'x-purpose': purpose })).toEqual(both('not_found'))
    }
    expect((await actionsOn(patientId)).filter((action) => action.startsWith('patient.export'))).toHaveLength(2)
  })

  it('read a table that is none of the record, or past the record by a cursor that one made up', async () => {
    const { patientId } = world.belongings['care-team'].ids
    const page = (more: object) => attacker.as('hospital_admin', 'patients.exportTable', { patientId, ...more })
    for (const table of ['app_user', 'session', 'pg_authid', 'hospital', 'totp_factor', 'vital_reading_default']) {
      expect({ table, fate: codeOf(await page({ table })) }).toEqual({ table, fate: 'not_found' })
    }
    for (const table of ['', 'patient t; --', 'patient"', 'public.patient', 'PATIENT', '__proto__', 'a'.repeat(64)]) {
      expect(['invalid', 'not_found']).toContain(codeOf(await page({ table })))
    }
    const cursor = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url')
    const made = [[], [1], [null], ['x'], ["' or true --"], ['\u0000'], [uuidv7(), uuidv7()], ['1', '2', '3'], {}, 'x']
    for (const table of ['patient', 'audit_entry']) {
      for (const after of [...made.map((key) => cursor(key)), 'no base64url !', '', '\u0000', 'W10']) {
        const answer = await page({ table, after })
        expect({ table, after, fate: codeOf(answer) }).toEqual({ table, after, fate: 'invalid' })
      }
    }
    for (const id of [foreign().patientId, '00000000-0000-0000-0000-000000000000']) {
      expect(JSON.stringify(await page({ table: 'patient', after: cursor([id]) }))).not.toContain('Fremdhaus')
    }
  })
})

/** Every text that is stored, table by table, as whoever has a dump may read it. */
async function storedTexts(): Promise<Map<string, string>> {
  const { ownerSql } = world.server.hospital.db
  const columns = await ownerSql<{ table: string; column: string }>({
    text: `select c.relname "table", a.attname "column" from pg_attribute a join pg_class c on c.oid = a.attrelid
            where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`,
  })
  const texts = new Map<string, string>()
  for (const { table, column } of columns) {
    const [row] = await ownerSql<{ all: string | null }>({
      text: `select string_agg(encode(convert_to("${column}"::text, 'UTF8'), 'escape'), ' ') "all" from "${table}"`,
    })
    texts.set(`${table}.${column}`, row?.all ?? '')
  }
  return texts
}

describe('of an erased file, one cannot', () => {
  it('be the one who erased it with a session that lies open, without leave, or from another hospital', async () => {
    const patientId = await file()
    const admin = await Person.join(attacker, 'hospital_admin')
    const erase = (id: string) => admin.call('patients.erase', { patientId: id, reason })
    expect(codeOf(await erase(foreign().patientId))).toBe('not_found')
    expect(anonymised(await erase(foreign().patientId))).toEqual(anonymised(await erase(uuidv7())))
    await admin.letStepUpAge()
    expect(codeOf(await erase(patientId))).toBe('step_up_required')
    for (const role of ['doctor', 'nurse', 'front_desk', 'patient', 'platform', 'gateway'] as const) {
      expect(await attacker.fateAs(role, 'patients.erase', { patientId, reason })).toBe('forbidden')
      expect(await attacker.fateAs(role, 'patients.erasures', {})).toBe('forbidden')
    }
    expect(await attacker.count('erasure')).toBe(0)
    expect(await attacker.count('patient', `id = $1 and family_name = 'Doppelt'`, [patientId])).toBe(1)
  })

  it('find anything of the person in the database, or the file by any procedure; and the log is whole', async () => {
    const { hospital } = world.server
    const word = 'Zwirnfaden'
    const person = { givenName: word, familyName: word, birthDate: '1961-02-03', sex: 'female', history: word }
    const contact = { phone: '+43 660 9876543', email: 'zwirnfaden@example.org', address: { street: word } }
    const registered = dataOf(await attacker.as('hospital_admin', 'patients.register', { ...person, ...contact }))
    const patientId = String(registered['id'])
    const { wardId } = hospital
    expect(await attacker.fateAs('hospital_admin', 'admissions.admit', { patientId, wardId })).toBe('ok')
    const entry = { patientId, kind: 'condition', name: word, note: word }
    expect(await attacker.fateAs('doctor', 'clinicalLists.add', entry)).toBe('ok')
    const self = await patientLogin(hospital, { patientId, email: contact.email, name: word })
    const token = await attacker.tokenOfActor(self.actor)
    const key = new SoftwareAuthenticator()
    const options = dataOf(await attacker.call('mfa.passkeyOptions', undefined, { token }))
    const origin = attacker.url.replace('127.0.0.1', 'localhost')
    const response = key.register({ challenge: String(options['challenge']), origin, rpId: 'localhost' })
    expect(await attacker.fate('mfa.registerPasskey', { name: `${word}s phone`, response }, { token })).toBe('ok')
    await attacker.as('hospital_admin', 'patients.search', { name: word })
    expect(await attacker.fateAs('hospital_admin', 'admissions.discharge', { patientId })).toBe('ok')
    expect(await attacker.fateAs('hospital_admin', 'patients.erase', { patientId, reason })).toBe('ok')
    const texts = await storedTexts()
    const traces = [word.toLowerCase(), '9876543', contact.email]
    const told = [...texts].filter(([, text]) => traces.some((trace) => text.toLowerCase().includes(trace)))
    expect(told.map(([column]) => column)).toEqual([])
    for (const [path, input] of [
      ['patients.get', { patientId }],
      ['patients.exportRecord', { patientId }],
      ['patients.merges', { patientId }],
      ['admissions.ofPatient', { patientId }],
      ['consent.list', { patientId }],
      ['patients.erase', { patientId, reason }],
    ] as const) {
      expect({ path, fate: await attacker.fateAs('hospital_admin', path, input) }).toEqual({ path, fate: 'not_found' })
    }
    expect(await attacker.fate('identity.signIn', { email: contact.email, password: testPassword })).toBe(
      'credentials_wrong',
    )
    expect(await attacker.count('passkey', 'user_id = $1', [self.userId])).toBe(0)
    const { db } = hospital
    const verdicts = await verifyAllChains((statement) => db.ownerSql(statement), db.keys)
    expect(verdicts.filter(({ intact }) => !intact)).toEqual([])
    expect(await attacker.count('audit_entry', `action = 'patient.erase' and $1 = any(patient_ids)`, [patientId])).toBe(
      1,
    )
  })
})
