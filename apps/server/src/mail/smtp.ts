import type { Attempt, Letter, Send } from '@chartwire/db'
import { createTransport } from 'nodemailer'
import { letterText } from './letters.ts'

export interface SmtpOptions {
  /** `smtps://user:password@host` or `smtp://host:587`, which turns to TLS where the server offers it. */
  smtpUrl: string
  from: string
  /** Where links lead, without a slash at the end. */
  url: string
}

/** Well under what a transaction may idle for, since the message is held by one meanwhile. */
const patienceMs = 10_000

export interface Mailer extends AsyncDisposable {
  send: Send
}

/** Sends letters by SMTP. What the mail server says stays here: its text repeats addresses. */
export function smtpMailer({ smtpUrl, from, url }: SmtpOptions): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    send: async ({ id, address, content }: Letter): Promise<Attempt> => {
      const { subject, text } = letterText(content, { url })
      try {
        await transport.sendMail({
          from,
          to: { name: '', address },
          subject,
          text,
          messageId: `<${id}@${new URL(url).hostname}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
        return { outcome: 'sent' }
      } catch (error) {
        return failedAttempt(error)
      }
    },
    [Symbol.asyncDispose]: async () => transport.close(),
  }
}

/** A mail server's 5xx about the recipient or the message is for good; whatever else may pass. */
function failedAttempt(error: unknown): Attempt {
  const { responseCode, code } = (error ?? {}) as { responseCode?: number; code?: string }
  const isForGood = code === 'EENVELOPE' || code === 'EMESSAGE'
  const outcome = isForGood && responseCode !== undefined && responseCode >= 500 ? 'refused' : 'later'
  return { outcome, reason: responseCode === undefined ? (code ?? 'failed') : String(responseCode) }
}
