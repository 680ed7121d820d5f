import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import {
  anonymous,
  assignCareTeam,
  contextOf,
  type Database,
  deliverMessages,
  type Letter,
  openDatabase,
  openDocument,
  registerPatient,
  sendDocument,
} from '@chartwire/db'
import { membershipOf, type TestHospital, testHospital } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readSettings } from '../configuration/settings.ts'
import { letterText } from '../mail/letters.ts'
import { documentText, twilioWhatsApp } from './twilio.ts'

interface Asked {
  url: string
  headers: IncomingHttpHeaders
  form: URLSearchParams
}

let hospital: TestHospital
let db: Database
let gateway: Server
let api: string
let asked: Asked[]
/** What the gateway says to the next requests; then that it takes them. */
let answers: ((response: ServerResponse) => void)[]
let patientId: string

beforeAll(async () => {
  hospital = await testHospital()
  db = await openDatabase({ url: hospital.url, keys: hospital.db.keys, sendsWhatsApp: true })
  gateway = createServer((request, response) => {
    let text = ''
    request.on('data', (part: Buffer) => (text += part.toString('utf8')))
    request.on('end', () => {
      asked.push({ url: request.url ?? '', headers: request.headers, form: new URLSearchParams(text) })
      const answer = answers.shift() ?? says(201, { sid: 'SM1', to: 'whatsapp:+436601234567' })
      answer(response)
    })
  })
  await new Promise<void>((resolve) => void gateway.listen(0, '127.0.0.1', resolve))
  const address = gateway.address()
  api = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  const person = { givenName: 'Maria', familyName: 'Geheim', birthDate: '1966-03-14', sex: 'female' } as const
  const contact = { phone: '+43 660 1234567', agreesToWhatsApp: true }
  patientId = (await registerPatient(hospital.as(hospital.admin), { ...person, ...contact })).id
  const charge = { membershipId: membershipOf(hospital.doctor), charge: { patientId } }
  await assignCareTeam(hospital.as(hospital.admin), charge)
})
afterAll(async () => {
  gateway.closeAllConnections()
  await new Promise<void>((resolve) => void gateway.close(() => resolve()))
  await db.close()
  await hospital[Symbol.asyncDispose]()
})
beforeEach(async () => {
  asked = []
  answers = []
  await hospital.db.sql({ text: 'delete from outbound_message' })
})

const says =
  (status: number, body: object = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

const now = () => hospital.clock.now
const account = { account: 'AC0123', token: 'very-secret', from: '+14155238886', url: 'https://chartwire.example' }
const sender = (more: { template?: string; patienceMs?: number } = {}) => twilioWhatsApp({ api, ...account, ...more })
const deliver = (send = sender()) => deliverMessages(db, { channel: 'whatsapp', send, now })

const document = { kind: 'patient-profile', channel: 'whatsapp', contentType: 'application/pdf' } as const
const sendOne = () =>
  sendDocument(contextOf({ actor: hospital.doctor, db, now }), {
    ...document,
    patientId,
    bytes: Buffer.from('%PDF'),
  })
const stored = async () =>
  (
    await hospital.db.sql<{ attempts: number; failure: string | null; isSent: boolean; isGivenUp: boolean }>({
      text: `select attempts, failure, sent_at is not null "isSent", given_up_at is not null "isGivenUp"
               from outbound_message where channel = 'whatsapp'`,
    })
  )[0]

describe('a message on WhatsApp', () => {
  it('goes to Twilio once, with the hospital’s name and a link that opens; mail leaves it alone', async () => {
    await sendOne()
    const mail: Letter[] = []
    await deliverMessages(db, { send: async (letter) => (mail.push(letter), { outcome: 'sent' }), now })
    expect(mail).toEqual([])
    const deliveries = await Promise.all([deliver(), deliver(), deliver()])
    expect(deliveries.reduce((all, { sent }) => all + sent, 0)).toBe(1)
    expect(asked).toHaveLength(1)
    const [{ url, headers, form }] = asked as [Asked]
    expect(url).toBe('/2010-04-01/Accounts/AC0123/Messages.json')
    expect(headers.authorization).toBe(`Basic ${Buffer.from('AC0123:very-secret').toString('base64')}`)
    expect([form.get('From'), form.get('To')]).toEqual(['whatsapp:+14155238886', 'whatsapp:+436601234567'])
    const body = form.get('Body') ?? ''
    expect(body).toMatch(
      /^A document from Test [\w-]+ is ready for you: https:\/\/chartwire\.example\/#\/document\/[\w-]{43}$/,
    )
    expect(body).not.toMatch(/Maria|Geheim|1966|profile/)
    const token = body.split('/').at(-1) ?? ''
    const opened = await openDocument(contextOf({ actor: anonymous, db, now }), { token, birthDate: '1966-03-14' })
    expect(opened.bytes.toString()).toBe('%PDF')
    expect(await stored()).toEqual({ attempts: 1, failure: null, isSent: true, isGivenUp: false })
  })

  it('goes as an approved template where there is one', async () => {
    await sendOne()
    await deliver(sender({ template: 'HX77' }))
    const [{ form }] = asked as [Asked]
    expect(form.get('Body')).toBeNull()
    expect(form.get('ContentSid')).toBe('HX77')
    expect(JSON.parse(form.get('ContentVariables') ?? '')).toEqual({
      1: expect.stringMatching(/^Test /),
      2: expect.stringContaining('#/document/'),
    })
  })

  it('that is too much, or meets a gateway that is down or slow, is tried again later', async () => {
    await sendOne()
    answers = [
      says(429, { code: 20429, message: 'Too many for +436601234567' }),
      says(503),
      says(401, { code: 20003 }),
      (response) => void response.destroy(),
      () => undefined,
    ]
    const reasons: (string | null | undefined)[] = []
    for (let attempt = 0; attempt < 5; attempt++) {
      const { failed } = await deliver(sender({ patienceMs: attempt === 4 ? 200 : 10_000 }))
      expect(failed).toBe(1)
      reasons.push((await stored())?.failure)
      hospital.clock.advance(3_600)
    }
    expect(reasons).toEqual(['429/20429', '503', '401/20003', 'unreachable', 'timeout'])
    expect(await deliver()).toMatchObject({ sent: 1 })
  })

  it('that is wrong for good is given up, with a number and none of the gateway’s words', async () => {
    await sendOne()
    answers = [says(400, { code: 21211, message: 'The number +436601234567 is not valid' })]
    expect(await deliver()).toEqual({ sent: 0, failed: 0, givenUp: 1 })
    expect(await stored()).toEqual({ attempts: 1, failure: '400/21211', isSent: false, isGivenUp: true })
    expect(await deliver()).toEqual({ sent: 0, failed: 0, givenUp: 0 })
  })

  it('of a process that is killed between the gateway’s answer and ours is sent by the next', async () => {
    await sendOne()
    const sent: Letter[] = []
    // As a kill does: the connection that holds the message is cut before the outcome is written.
    const killed = deliver(async (letter) => {
      sent.push(letter)
      await hospital.db.sql({
        text: `select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and query like '%outbound_message%'
                  and state = 'idle in transaction'`,
      })
      return { outcome: 'sent' }
    })
    await expect(killed).rejects.toThrow()
    expect(await stored()).toMatchObject({ attempts: 0, isSent: false })
    expect(await deliver()).toMatchObject({ sent: 1 })
    expect(asked[0]?.form.get('Body')).toContain(sent[0]?.content.kind === 'document' ? sent[0].content.token : '-')
  })

  it('whose link has run out is not sent', async () => {
    await sendOne()
    hospital.clock.advance(8 * 86_400)
    expect(await deliver()).toMatchObject({ givenUp: 1 })
    expect(asked).toEqual([])
  })

  it('follows no redirect, which would take the account’s token elsewhere', async () => {
    await sendOne()
    answers = [(response) => void response.writeHead(307, { location: `${api}/elsewhere` }).end()]
    expect(await deliver()).toMatchObject({ failed: 1 })
    expect(asked).toHaveLength(1)
  })
})

it('a letter about a document says no more than the message', () => {
  const content = {
    kind: 'document',
    token: 'T0K3N',
    expiresAt: '2026-12-01T08:00:00.000Z',
    hospital: 'Riverside',
  } as const
  const { subject, text } = letterText(content, { url: 'https://chartwire.example' })
  expect(subject).toBe('A document from Riverside')
  expect(text).toContain('https://chartwire.example/#/document/T0K3N\n')
  expect(documentText('Riverside', 'L')).toBe('A document from Riverside is ready for you: L')
})

describe('the settings of WhatsApp', () => {
  const given = {
    CHARTWIRE_WHATSAPP_ACCOUNT: 'AC0123',
    CHARTWIRE_WHATSAPP_TOKEN: 'very-secret',
    CHARTWIRE_WHATSAPP_FROM: '+14155238886',
  }
  it('come together, and with no demo', () => {
    expect(readSettings(given)).toMatchObject({
      CHARTWIRE_DEMO: false,
      CHARTWIRE_WHATSAPP_URL: 'https://api.twilio.com',
    })
    for (const name of Object.keys(given)) {
      expect(() => readSettings({ ...given, [name]: '' })).toThrow(name)
    }
    expect(() => readSettings({ ...given, CHARTWIRE_DEMO: 'on' })).toThrow('CHARTWIRE_DEMO')
    expect(() => readSettings({ ...given, CHARTWIRE_WHATSAPP_FROM: '0660 123' })).toThrow('CHARTWIRE_WHATSAPP_FROM')
    expect(readSettings({}).CHARTWIRE_DEMO).toBe(true)
  })
})
