import {
  acceptInvitation,
  anonymous,
  contextOf,
  deliverMessages,
  inviteStaff,
  openDatabase,
  requestPasswordReset,
  resetPassword,
} from '@chartwire/db'
import { type TestHospital, testHospital } from '@chartwire/db/testing/hospital'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSettings } from '../configuration/settings.ts'
import { letterText } from './letters.ts'
import { type Mailer, smtpMailer } from './smtp.ts'

interface Received {
  to: string[]
  text: string
}

let hospital: TestHospital
let inbox: Received[]
let server: SMTPServer
let mailer: Mailer
beforeAll(async () => {
  hospital = await testHospital()
  inbox = []
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _, done) =>
      done(address.startsWith('gone') ? Object.assign(new Error(`no ${address}`), { responseCode: 550 }) : undefined),
    onData: (stream, { envelope }, done) => {
      let text = ''
      stream.on('data', (part: Buffer) => (text += part.toString('utf8')))
      stream.on('end', () => {
        // Quoted-printable: lines that end in `=` go on, and `=3D` is an equals sign.
        const plain = text.replaceAll('=\r\n', '').replaceAll('=3D', '=')
        inbox.push({ to: envelope.rcptTo.map(({ address }) => address), text: plain })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  mailer = smtpMailer({
    smtpUrl: `smtp://127.0.0.1:${port}`,
    from: 'Riverside <no-reply@riverside.example>',
    url: 'https://chartwire.example',
  })
})
afterAll(async () => {
  await mailer[Symbol.asyncDispose]()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  await hospital[Symbol.asyncDispose]()
})

const deliver = () => deliverMessages(hospital.db, { send: mailer.send, now: () => hospital.clock.now })
const letter = (content: Parameters<typeof letterText>[0]) => letterText(content, { url: 'https://chartwire.example' })

describe('where mail is sent', () => {
  it('an invitation goes to the address alone: whoever invites does not get the token', async () => {
    await using db = Object.assign(await openDatabase({ url: hospital.url, keys: hospital.db.keys, sendsMail: true }), {
      [Symbol.asyncDispose]: () => db.close(),
    })
    const as = (actor: typeof hospital.admin) => contextOf({ actor, db, now: () => hospital.clock.now })
    const email = 'nora@example.org'
    expect(await inviteStaff(as(hospital.admin), { email, role: 'nurse' })).toMatchObject({ token: null })
    expect(await deliver()).toMatchObject({ sent: 1 })
    const [received] = inbox.splice(0)
    expect(received?.to).toEqual([email])
    expect(received?.text).toContain('From: Riverside <no-reply@riverside.example>')
    expect(received?.text).toContain('as a nurse')
    const [, token = ''] = /https:\/\/chartwire\.example\/#\/join\/([\w-]+)/.exec(received?.text ?? '') ?? []
    const joined = await acceptInvitation(as(anonymous), { token, name: 'Nora', password: 'correct horse battery' })
    expect(joined.userId).toMatch(/^[0-9a-f-]{36}$/)
    // The link that sets a new password goes the same way.
    await requestPasswordReset(as(anonymous), { email })
    await deliver()
    const [, reset = ''] = /#\/set-password\/([\w-]+)/.exec(inbox.splice(0)[0]?.text ?? '') ?? []
    await resetPassword(as(anonymous), { token: reset, password: 'another horse battery' })
  })

  it('an address that is refused is given up; what the mail server says of it is kept nowhere', async () => {
    const attempt = await mailer.send({ id: 'x', address: 'gone@example.org', content: { kind: 'email-changed' } })
    expect(attempt).toEqual({ outcome: 'refused', reason: '550' })
  })

  it('a server that is away is tried again', async () => {
    await using away = smtpMailer({ smtpUrl: 'smtp://127.0.0.1:9', from: 'a@example.org', url: 'http://127.0.0.1' })
    expect(await away.send({ id: 'x', address: 'nora@example.org', content: { kind: 'email-changed' } })).toMatchObject(
      { outcome: 'later', reason: 'ESOCKET' },
    )
  })

  it('a hospital’s name cannot add a header or another recipient', async () => {
    const hospitalName = 'Evil\r\nBcc: eve@example.org\r\n\r\nClick here'
    const content = { kind: 'invitation', token: 'T', expiresAt: '2026-12-01T08:00:00.000Z', role: null } as const
    await mailer.send({ id: 'x', address: 'nora@example.org', content: { ...content, hospital: hospitalName } })
    const [received] = inbox.splice(0)
    expect(received?.to).toEqual(['nora@example.org'])
    expect(received?.text.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/m)
  })
})

describe('letters', () => {
  it('carry tokens behind the # alone, and say until when they open', () => {
    const expiresAt = '2026-12-01T08:00:00.000Z'
    for (const kind of ['password-reset', 'invitation', 'confirm-address'] as const) {
      const { subject, text } = letter({ kind, token: 'T0K3N', expiresAt, hospital: 'Riverside', role: null })
      expect(subject).not.toContain('T0K3N')
      expect(text).toMatch(/https:\/\/chartwire\.example\/#\/[a-z-]+\/T0K3N\n/)
      expect(text).toContain('2026-12-01 08:00 UTC')
    }
    expect(letter({ kind: 'address-known' }).text).toContain('Nothing was changed')
    expect(letter({ kind: 'email-changed' }).text).toContain('another e-mail address')
    expect(letter({ kind: 'password-changed' }).text).toContain('was changed')
    expect(letter({ kind: 'factors-reset', by: 'operator' }).text).toContain('by the operator')
  })
})

describe('the settings of mail', () => {
  const smtp = { CHARTWIRE_SMTP_URL: 'smtp://localhost:1025' }
  it('want a sender, and no demo', () => {
    expect(() => readSettings(smtp)).toThrow('CHARTWIRE_MAIL_FROM')
    const from = { ...smtp, CHARTWIRE_MAIL_FROM: 'Riverside <no-reply@riverside.example>' }
    expect(readSettings(from).CHARTWIRE_DEMO).toBe(false)
    expect(() => readSettings({ ...from, CHARTWIRE_DEMO: 'on' })).toThrow('CHARTWIRE_DEMO')
    expect(() => readSettings({ ...from, CHARTWIRE_MAIL_FROM: 'x@example.org\r\nBcc: eve@example.org' })).toThrow(
      'CHARTWIRE_MAIL_FROM',
    )
  })
})
