import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { patientActor, type TestHospital, testHospital } from '../../test/hospital.ts'
import { patientLogin } from '../../test/patient-login.ts'
import { whoReadMe } from '../audit/who-read-me.ts'
import { type Attempt, deliverMessages, type Letter } from '../outbound/deliver-messages.ts'
import { storedOutbound } from '../outbound/outbound.ts'
import { KeyRing } from '../encryption/key-ring.ts'
import { rotateKeys } from '../encryption/rotate-keys.ts'
import { deleteExpired } from '../kernel/delete-expired.ts'
import { dischargePatient } from '../admissions/discharge-patient.ts'
import { getPatient } from '../patients/get-patient.ts'
import { erasePatientOf } from '../patients/record/erase-patient.ts'
import { readTable } from '../patients/record/read-table.ts'
import { recordTables } from '../patients/record/record-tables.ts'
import { updatePatient } from '../patients/update-patient.ts'
import { anonymous, systemActor } from '../policy/actor.ts'
import { listSentDocuments } from './list-sent-documents.ts'
import { openDocument } from './open-document.ts'
import { revokeDocument } from './revoke-document.ts'
import { sendDocument, type SendDocumentInput } from './send-document.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const birthDate = '1966-03-14'
const day = 86_400
const first = { after: null, limit: 50 }
const bytes = Buffer.concat([Buffer.from('%PDF-1.7 \x00\xff'), randomBytes(2_000)])
const profile = { kind: 'patient-profile', contentType: 'application/pdf', bytes } as const
const doctor = () => hospital.as(hospital.doctor)

/** The doctor of a server that sends mail and WhatsApp messages. */
function sendingDoctor() {
  const ctx = doctor()
  const outbound = storedOutbound(ctx.db.keys, { isSent: true, sendsWhatsApp: true })
  return { ...ctx, db: Object.create(ctx.db, { outbound: { value: outbound } }) as typeof ctx.db }
}

async function patient(contact: { phone?: string; email?: string; agreesToWhatsApp?: boolean } = {}) {
  const { patientId } = await hospital.admit()
  await updatePatient(doctor(), { patientId, version: 1, ...contact })
  return patientId
}

const send = (patientId: string, more: Partial<SendDocumentInput> = {}) =>
  sendDocument(sendingDoctor(), { ...profile, patientId, channel: 'link', ...more })

async function link(patientId: string, more: Partial<SendDocumentInput> = {}): Promise<{ id: string; token: string }> {
  const { id, token } = await send(patientId, more)
  if (token === null) throw new Error('No link.')
  return { id, token }
}

const open = (token: string, date = birthDate) =>
  openDocument({ ...hospital.as(anonymous), address: '192.0.2.7' }, { token, birthDate: date })
const absent = { code: 'not_found', message: 'No such document.', details: { resource: 'document' } }

async function stored(id: string) {
  const [row] = await hospital.db.sql<{ hasContent: boolean; uses: number; wrongDates: number; text: string }>({
    text: `select content is not null "hasContent", uses, wrong_dates "wrongDates",
                  d::text || encode(coalesce(content, ''), 'escape') "text" from sent_document d where id = $1`,
    values: [id],
  })
  return row
}

async function auditOf(id: string): Promise<string[]> {
  const rows = await hospital.db.sql<{ action: string }>({
    text: 'select action from audit_entry where resource_id = $1 order by seq',
    values: [id],
  })
  return rows.map(({ action }) => action)
}

describe('a link', () => {
  it('opens for the birth date, as often as it may, byte for byte, and every opening is on record', async () => {
    const { id, token } = await link(await patient(), { mostUses: 2 })
    const opened = await open(token)
    expect(opened.bytes.equals(bytes)).toBe(true)
    expect(opened.fileName).toMatch(/^patient-profile-\d{4}-\d\d-\d\d\.pdf$/)
    await open(token)
    await expect(open(token)).rejects.toMatchObject(absent)
    expect(await auditOf(id)).toEqual(['document.send', 'document.open', 'document.open'])
    expect((await stored(id))?.text).not.toContain('PDF-1.7')
  })

  it('tells the patient that it was opened, by which link; a wrong date is no access', async () => {
    const patientId = await patient()
    const { id, token } = await link(patientId)
    const sentAt = hospital.clock.now.toISOString()
    await open(token, '1966-03-15').catch(() => undefined)
    hospital.clock.advance(60)
    await open(token)
    const filter = { from: null, until: null, include: 'others', after: null, limit: 10 } as const
    const { items } = await whoReadMe(hospital.as(patientActor(patientId)), filter)
    expect(items.filter(({ action }) => action.startsWith('document.'))).toMatchObject([
      {
        action: 'document.open',
        by: 'link',
        at: hospital.clock.now.toISOString(),
        document: { id, channel: 'link', sentAt },
      },
      { action: 'document.send', by: 'staff', document: null },
    ])
  })

  it('answers alike when it is none, has run out, was taken back, was used up, or the date is wrong', async () => {
    const patientId = await patient()
    const revoked = await link(patientId)
    await revokeDocument(doctor(), { patientId, documentId: revoked.id })
    const used = await link(patientId, { mostUses: 1 })
    await open(used.token)
    const expired = await link(patientId, { lifeSeconds: 3_600 })
    const wrong = await link(patientId)
    hospital.clock.advance(3_601)
    for (const [token, date] of [
      ['no-such-token', birthDate],
      [revoked.token, birthDate],
      [used.token, birthDate],
      [expired.token, birthDate],
      [wrong.token, '1966-03-15'],
    ] as const) {
      await expect(open(token, date)).rejects.toMatchObject(absent)
    }
    await open(wrong.token)
  })

  it('is dead after five wrong dates, also when they are guessed at once', async () => {
    const { id, token } = await link(await patient())
    const guesses = Array.from({ length: 20 }, (_, i) => `1966-04-${String(i + 1).padStart(2, '0')}`)
    const { done } = outcomesOf(await Promise.allSettled(guesses.map((date) => open(token, date))))
    expect(done).toBe(0)
    await expect(open(token)).rejects.toMatchObject(absent)
    expect(await stored(id)).toMatchObject({ hasContent: false, wrongDates: 5, uses: 0 })
    expect((await auditOf(id)).filter((action) => action === 'document.wrong-date')).toHaveLength(5)
  })

  it('of several who open the last time one does', async () => {
    const { token } = await link(await patient(), { mostUses: 1 })
    const { done } = outcomesOf(await Promise.allSettled([open(token), open(token), open(token)]))
    expect(done).toBe(1)
  })

  it('is tried by one network address only so often', async () => {
    const guess = (address: string) =>
      openDocument({ ...hospital.as(anonymous), address }, { token: 'guess', birthDate })
    for (let i = 0; i < 100; i++) await expect(guess('198.51.100.1')).rejects.toMatchObject(absent)
    await expect(guess('198.51.100.1')).rejects.toMatchObject({ code: 'too_many' })
    await expect(guess('198.51.100.2')).rejects.toMatchObject(absent)
  })

  it('loses its document when it opens nothing any more, and its line stays', async () => {
    const patientId = await patient()
    const { id } = await link(patientId, { lifeSeconds: 3_600 })
    const { id: fresh } = await link(patientId)
    hospital.clock.advance(3_601)
    await deleteExpired(hospital.db, hospital.clock.now)
    expect(await stored(id)).toMatchObject({ hasContent: false })
    expect(await stored(fresh)).toMatchObject({ hasContent: true })
    expect((await listSentDocuments(doctor(), { patientId, ...first })).items.map((one) => one.id)).toEqual([fresh, id])
  })

  it('lives an hour to 30 days, opens 1 to 20 times, and holds at most 10 MB', async () => {
    const patientId = await patient()
    for (const [field, more] of [
      ['lifeSeconds', { lifeSeconds: 3_599 }],
      ['lifeSeconds', { lifeSeconds: 30 * day + 1 }],
      ['mostUses', { mostUses: 0 }],
      ['mostUses', { mostUses: 21 }],
      ['bytes', { bytes: new Uint8Array(0) }],
      ['bytes', { bytes: new Uint8Array(10_000_001) }],
    ] as const) {
      await expect(send(patientId, more)).rejects.toMatchObject({ code: 'invalid', details: { field } })
    }
    const large = randomBytes(10_000_000)
    const { token } = await link(patientId, { bytes: large })
    expect((await open(token)).bytes.equals(large)).toBe(true)
  })
})

describe('a message', () => {
  const phone = '+43 660 1234567'
  const email = 'maria@example.org'

  async function letters(channel: 'mail' | 'whatsapp'): Promise<Letter[]> {
    const sent: Letter[] = []
    await deliverMessages(hospital.db, {
      channel,
      now: () => hospital.clock.now,
      send: async (letter) => {
        sent.push(letter)
        return { outcome: 'sent' }
      },
    })
    return sent
  }

  it('goes to the number of the file, says the hospital and the link, and nothing of the patient', async () => {
    const patientId = await patient({ phone, email, agreesToWhatsApp: true })
    expect(await send(patientId, { channel: 'whatsapp' })).toMatchObject({ token: null })
    expect(await send(patientId, { channel: 'email' })).toMatchObject({ token: null })
    const [[whatsApp], [mail]] = [await letters('whatsapp'), await letters('mail')]
    expect(whatsApp?.address).toBe('+436601234567')
    expect(mail?.address).toBe(email)
    for (const content of [whatsApp?.content, mail?.content]) {
      expect(content && Object.keys(content).sort()).toEqual(['expiresAt', 'hospital', 'kind', 'token'])
      expect(JSON.stringify(content)).not.toMatch(/Muster|Maria|1966|profile/)
    }
    if (whatsApp?.content.kind !== 'document') throw new Error('No document.')
    expect((await open(whatsApp.content.token)).bytes.equals(bytes)).toBe(true)
    const { items } = await listSentDocuments(doctor(), { patientId, ...first })
    expect(items.map(({ channel, destination }) => [channel, destination])).toEqual([
      ['email', 'm…@example.org'],
      ['whatsapp', '+43…67'],
    ])
  })

  it('is not sent on WhatsApp to who has not agreed; who has is asked again with a new number', async () => {
    const patientId = await patient({ phone })
    const refused = { code: 'not_agreed', details: { field: 'agreesToWhatsApp' } }
    await expect(send(patientId, { channel: 'whatsapp' })).rejects.toMatchObject(refused)
    const { actor } = await patientLogin(hospital, { patientId })
    const change = async (contact: object) => {
      const { version } = await getPatient(doctor(), { patientId })
      await updatePatient(hospital.as(actor), { patientId, version, ...contact })
      return (await getPatient(doctor(), { patientId })).agreesToWhatsApp
    }
    const agreed = await change({ agreesToWhatsApp: true })
    expect(agreed).toMatchObject({ recordedBy: actor.kind === 'user' ? `user:${actor.userId}` : '' })
    await send(patientId, { channel: 'whatsapp' })
    // The same number in another spelling is no other number.
    expect(await change({ phone: '0043 660 123 45 67' })).toEqual(agreed)
    expect(await change({ phone: '+43 660 7654321' })).toBeNull()
    await expect(send(patientId, { channel: 'whatsapp' })).rejects.toMatchObject(refused)
    expect(await change({ phone, agreesToWhatsApp: true })).not.toBeNull()
    expect(await change({ agreesToWhatsApp: false })).toBeNull()
    await letters('whatsapp')
  })

  it('waiting to be sent is not sent when it is taken back, the agreement ends, or the file is gone', async () => {
    const contact = { phone: '+43660777999', email: 'w@example.org', agreesToWhatsApp: true }
    const letters: Letter[] = []
    const remember = async (letter: Letter): Promise<Attempt> => {
      letters.push(letter)
      return { outcome: 'sent' }
    }
    await hospital.db.sql({ text: 'delete from outbound_message' })
    const [revoked, changed, erased] = [await patient(contact), await patient(contact), await patient(contact)]
    for (const patientId of [revoked, changed, erased]) {
      const { id: documentId } = await send(patientId, { channel: 'whatsapp' })
      if (patientId === revoked) await revokeDocument(doctor(), { patientId, documentId })
    }
    hospital.clock.advance(1)
    await updatePatient(doctor(), { patientId: changed, version: 2, phone: '+43660777998', agreesToWhatsApp: true })
    const messages = () => hospital.db.sql({ text: 'select 1 from outbound_message where sent_at is null' })
    expect(await messages()).toHaveLength(3)
    await dischargePatient(hospital.as(hospital.admin), { patientId: erased })
    const file = { hospitalId: hospital.hospitalId, patientId: erased }
    await erasePatientOf(hospital.as(systemActor('operator')), { ...file, reason: 'Asked for it' })
    expect(await messages()).toHaveLength(2)
    await send(changed, { channel: 'whatsapp' })
    await deliverMessages(hospital.db, { send: remember, now: () => hospital.clock.now, channel: 'whatsapp' })
    expect(letters.map(({ address }) => address)).toEqual(['+43660777998'])
    const rows = await hospital.db.sql<{ failure: string }>({
      text: 'select failure, body_cipher from outbound_message where given_up_at is not null',
    })
    const withdrawn = { failure: 'withdrawn', body_cipher: null }
    expect(rows).toEqual([withdrawn, withdrawn])
    await hospital.db.sql({ text: 'delete from outbound_message' })
  })

  it('needs a number or an address on file, and a server that sends it; what is refused leaves nothing', async () => {
    const patientId = await patient({ agreesToWhatsApp: true })
    const rows = async () => [
      await hospital.db.sql({ text: 'select 1 from sent_document where patient_id = $1', values: [patientId] }),
      await hospital.db.sql({ text: `select 1 from outbound_message where sent_at is null and kind = 'document'` }),
    ]
    for (const [channel, field] of [
      ['whatsapp', 'phone'],
      ['email', 'email'],
    ] as const) {
      const missing = { code: 'contact_missing', details: { field } }
      await expect(send(patientId, { channel })).rejects.toMatchObject(missing)
      const unconfigured = { code: 'not_configured', details: { field: 'channel' } }
      await expect(sendDocument(doctor(), { ...profile, patientId, channel })).rejects.toMatchObject(unconfigured)
    }
    expect(await rows()).toEqual([[], []])
    // A link always works.
    await sendDocument(doctor(), { ...profile, patientId, channel: 'link' })
  })

  it('is one of twenty a day at most', async () => {
    const patientId = await patient()
    for (let i = 0; i < 20; i++) await link(patientId)
    await expect(link(patientId)).rejects.toMatchObject({ code: 'too_many' })
  })
})

describe('what was sent', () => {
  it('is the doctors’ of the patient to send, see and take back; the patient sees it', async () => {
    const patientId = await patient()
    const { id: documentId } = await link(patientId)
    const { actor: self } = await patientLogin(hospital, { patientId })
    expect((await listSentDocuments(hospital.as(self), { patientId, ...first })).items).toHaveLength(1)
    const input = { ...profile, patientId, channel: 'link' } as const
    for (const actor of [hospital.nurse, hospital.admin, self]) {
      const forbidden = { code: 'forbidden' }
      await expect(sendDocument(hospital.as(actor), input)).rejects.toMatchObject(forbidden)
      await expect(revokeDocument(hospital.as(actor), { patientId, documentId })).rejects.toMatchObject(forbidden)
    }
    const stranger = hospital.as(await hospital.hire('doctor'))
    await expect(sendDocument(stranger, input)).rejects.toMatchObject({ code: 'not_found' })
    await expect(listSentDocuments(stranger, { patientId, ...first })).rejects.toMatchObject({ code: 'not_found' })
    const other = await patient()
    await expect(revokeDocument(doctor(), { patientId: other, documentId })).rejects.toMatchObject({
      code: 'not_found',
    })
    const revoked = await revokeDocument(doctor(), { patientId, documentId })
    expect(await revokeDocument(doctor(), { patientId, documentId })).toEqual(revoked)
    expect(await stored(documentId)).toMatchObject({ hasContent: false })
  })
})

it('a document survives a change of keys byte for byte, and is no part of a record’s export', async () => {
  await using own = await testHospital()
  const { patientId } = await own.admit()
  const { id, token } = await sendDocument(own.as(own.doctor), { ...profile, patientId, channel: 'link' })
  const keys = KeyRing.parse(`${KeyRing.generate(2)},${own.ring}`)
  const rotated = await rotateKeys({ ...own.db, keys })
  expect(rotated.find(({ table }) => table === 'sent_document')).toMatchObject({ rewrapped: 1, unreadable: 0 })
  const ctx = { ...own.as(anonymous), db: { ...own.db, keys } }
  expect((await openDocument(ctx, { token: token ?? '', birthDate })).bytes.equals(bytes)).toBe(true)
  const [table] = (await recordTables(own.db.sql)).filter(({ name }) => name === 'sent_document')
  if (!table) throw new Error('No table.')
  const scope = { patientIds: [patientId], hospitalId: own.hospitalId, isPatients: false }
  const { rows } = await readTable({ sql: own.db.sql, keys }, table, { scope, after: null, limit: 10 })
  expect(rows).toMatchObject([{ id, uses: 1 }])
  expect(Object.keys(rows[0] ?? {})).not.toContain('content')
})
