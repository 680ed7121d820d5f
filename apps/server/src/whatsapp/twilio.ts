import type { Attempt, Letter, Send } from '@chartwire/db'
import { letterLink } from '../mail/letter-link.ts'

export interface TwilioOptions {
  /** Twilio's REST API, or a gateway that speaks it. */
  api: string
  account: string
  token: string
  /** E.164. */
  from: string
  /** Id of an approved template with the hospital's name as {{1}} and the link as {{2}}; words of ours without. */
  template?: string | undefined
  /** Where links lead. */
  url: string
  patienceMs?: number
}

/** Well under what a transaction may idle for, since the message is held by one meanwhile. */
const usualPatienceMs = 10_000

/**
 * Sends messages on WhatsApp through Twilio's Messages resource, which is one request; what it answers stays here, since it
 * repeats the number. A request that was cut off may have been taken: the message is then sent again, as mail is.
 */
export function twilioWhatsApp({
  api,
  account,
  token,
  from,
  template,
  url,
  patienceMs = usualPatienceMs,
}: TwilioOptions): Send {
  const endpoint = new URL(`2010-04-01/Accounts/${account}/Messages.json`, api.endsWith('/') ? api : `${api}/`)
  const authorization = `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`
  return async ({ address, content }: Letter): Promise<Attempt> => {
    // Whatever else there is to say goes by mail.
    if (content.kind !== 'document') return { outcome: 'refused', reason: 'kind' }
    const link = letterLink('document', { url, token: content.token })
    const body = new URLSearchParams({ From: `whatsapp:${from}`, To: `whatsapp:${address}` })
    if (template === undefined) body.set('Body', documentText(content.hospital, link))
    else {
      body.set('ContentSid', template)
      body.set('ContentVariables', JSON.stringify({ 1: content.hospital, 2: link }))
    }
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { authorization },
        body,
        // The account's token goes to the address of the settings and nowhere else.
        redirect: 'error',
        signal: AbortSignal.timeout(patienceMs),
      })
      return await outcomeOf(response)
    } catch (error) {
      const isLate = error instanceof Error && error.name === 'TimeoutError'
      return { outcome: 'later', reason: isLate ? 'timeout' : 'unreachable' }
    }
  }
}

/** All that a message says: of the patient, and of what the document is, nothing. */
export function documentText(hospital: string, link: string): string {
  return `A document from ${hospital} is ready for you: ${link}`
}

/** Wrong about this message are only these; what is wrong with the account, or too much, is put right and tried again. */
const forGood = new Set([400, 422])

async function outcomeOf(response: Response): Promise<Attempt> {
  if (response.ok) {
    await response.body?.cancel()
    return { outcome: 'sent' }
  }
  const code = await errorCodeOf(response)
  const reason = code === null ? String(response.status) : `${response.status}/${code}`
  return { outcome: forGood.has(response.status) ? 'refused' : 'later', reason }
}

/** Twilio's number for what is wrong; never its words. */
async function errorCodeOf(response: Response): Promise<number | null> {
  const answer: unknown = await response.json().catch(() => null)
  const code = answer !== null && typeof answer === 'object' && 'code' in answer ? answer.code : null
  return typeof code === 'number' && Number.isInteger(code) ? code : null
}
