import { createHash } from 'node:crypto'
import { type Transaction, transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, invalid, notFound } from '../kernel/errors.ts'
import { newSecretToken, secretTokenHash } from '../kernel/secret-token.ts'
import { limitAttempts } from '../limits/limit-attempts.ts'
import { holdFileOpen } from '../patients/hold-file-open.ts'
import { openText } from '../patients/patient-fields.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { documentPlace, documentTokenBytes } from './document-link.ts'
import type { DocumentChannel, DocumentKind } from './sent-document.entity.ts'

export interface SendDocumentInput {
  patientId: string
  kind: DocumentKind
  channel: DocumentChannel
  bytes: Uint8Array
  contentType: 'application/pdf'
  /** How long the link opens it: an hour to 30 days, 7 days unless said otherwise. */
  lifeSeconds?: number | undefined
  /** How often: 1 to 20, 5 unless said otherwise. */
  mostUses?: number | undefined
}

export interface SentLink {
  id: string
  expiresAt: string
  /** With the channel `link`, and only then and now: to be handed to the patient. */
  token: string | null
}

const mostBytes = 10_000_000
const hour = 3_600
const day = 24 * hour
/** Nobody's telephone is to be filled from here. */
const mostToPatientPerDay = 20

/**
 * Sends a patient a link to a document, at the number or address of the patient's file and to no other, or answers the link
 * once for whoever hands it over. The message names the hospital and nothing of the patient. Message and document are
 * written together or not at all.
 *
 * @throws DomainError `not_configured` where this server has no such way out; `contact_missing` and `not_agreed` with the
 * field that the patient's file lacks; `too_many`
 */
export async function sendDocument(ctx: Ctx, input: SendDocumentInput): Promise<SentLink> {
  const { patientId, kind, channel, bytes, contentType, lifeSeconds = 7 * day, mostUses = 5 } = input
  const { hospitalId } = await authorizeStaff(ctx, 'document.send', { type: 'patient', id: patientId })
  assertWithinBounds({ bytes, lifeSeconds, mostUses })
  assertConfigured(ctx, channel)
  const count = { what: 'document-send', subject: `${hospitalId}/${patientId}` } as const
  await limitAttempts(ctx.db, { ...count, most: mostToPatientPerDay, withinSeconds: day }, ctx.now())
  return transact(ctx, async (tx) => {
    await holdFileOpen(tx.sql, { hospitalId, patientId })
    const destination = channel === 'link' ? null : await destinationOf(tx, ctx, { patientId, channel })
    const [id, token, now] = [ctx.newId(), newSecretToken(documentTokenBytes), ctx.now()]
    const expiresAt = new Date(now.getTime() + lifeSeconds * 1_000)
    const { keys, outbound } = ctx.db
    await tx.sql({
      text: `insert into sent_document (id, hospital_id, patient_id, kind, channel, destination_cipher, token_hash, content,
                    content_hash, bytes, content_type, file_name, created_by, created_at, expires_at, most_uses)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
      values: [
        id,
        hospitalId,
        patientId,
        kind,
        channel,
        destination === null ? null : keys.encrypt(destination, documentPlace(id, 'destination')),
        secretTokenHash(token),
        keys.encryptBytes(bytes, documentPlace(id, 'content')),
        createHash('sha256').update(bytes).digest(),
        bytes.byteLength,
        contentType,
        // Whose it is stands in no name of a file.
        `${kind}-${now.toISOString().slice(0, 10)}.pdf`,
        actorKey(ctx.actor),
        now,
        expiresAt,
        mostUses,
      ],
    })
    if (destination !== null) {
      const hospital = await nameOf(tx, hospitalId)
      const content = { kind: 'document', token, expiresAt: expiresAt.toISOString(), hospital } as const
      const way = channel === 'whatsapp' ? 'whatsapp' : 'mail'
      outbound.enqueue(tx, ctx, { userId: null, address: destination, content, channel: way, subjectId: id })
    }
    tx.audit({
      hospitalId,
      action: 'document.send',
      resource: { type: 'document', id },
      patientIds: [patientId],
      detail: { kind, channel, expiresAt: expiresAt.toISOString() },
    })
    return { id, expiresAt: expiresAt.toISOString(), token: channel === 'link' ? token : null }
  })
}

function assertWithinBounds({
  bytes,
  lifeSeconds,
  mostUses,
}: Required<Pick<SendDocumentInput, 'bytes'>> & { lifeSeconds: number; mostUses: number }): void {
  if (bytes.byteLength === 0 || bytes.byteLength > mostBytes) throw invalid('bytes', '1 byte to 10 MB')
  if (!(lifeSeconds >= hour && lifeSeconds <= 30 * day)) throw invalid('lifeSeconds', 'an hour to 30 days')
  if (!Number.isInteger(mostUses) || mostUses < 1 || mostUses > 20) throw invalid('mostUses', '1 to 20')
}

/** @throws DomainError `not_configured` */
export function assertConfigured({ db: { outbound } }: Ctx, channel: DocumentChannel): void {
  if (channel === 'link' || outbound.sends(channel === 'whatsapp' ? 'whatsapp' : 'mail')) return
  throw new DomainError('not_configured', 'This server does not send that way.', { field: 'channel' })
}

async function nameOf(tx: Transaction, hospitalId: string): Promise<string> {
  const [hospital] = await tx.sql<{ name: string }>({
    text: 'select name from hospital where id = $1',
    values: [hospitalId],
  })
  if (!hospital) throw notFound('hospital')
  return hospital.name
}

interface Contact {
  phoneCipher: Buffer | null
  emailCipher: Buffer | null
  agreedAt: string | null
}

/** Locked: an agreement that is taken back in this moment counts. */
async function destinationOf(
  tx: Transaction,
  { db: { keys } }: Ctx,
  { patientId, channel }: { patientId: string; channel: 'whatsapp' | 'email' },
): Promise<string> {
  const [contact] = await tx.sql<Contact>({
    text: `select phone_cipher "phoneCipher", email_cipher "emailCipher", whatsapp_agreed_at "agreedAt"
             from patient where id = $1 for share`,
    values: [patientId],
  })
  if (!contact) throw notFound('patient')
  const [field, stored] =
    channel === 'whatsapp' ? (['phone', contact.phoneCipher] as const) : (['email', contact.emailCipher] as const)
  const destination = openText(keys, patientId, field, stored)
  if (destination === null) throw new DomainError('contact_missing', 'The file does not say where to.', { field })
  if (channel === 'whatsapp' && contact.agreedAt === null) {
    throw new DomainError('not_agreed', 'The patient has not agreed to be written to there.', {
      field: 'agreesToWhatsApp',
    })
  }
  return destination
}
