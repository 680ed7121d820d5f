import { recordRead } from '../audit/record-read.ts'
import { type Page, pageOf } from '../database/page.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorize } from '../policy/authorize.ts'
import { documentPlace } from './document-link.ts'
import type { DocumentChannel, DocumentKind } from './sent-document.entity.ts'

export interface SentDocumentLine {
  id: string
  patientId: string
  hospitalId: string
  kind: DocumentKind
  channel: DocumentChannel
  /** Enough of the number or address to tell it by. */
  destination: string | null
  /** Of the document, in hex. */
  sha256: string
  bytes: number
  contentType: string
  fileName: string
  createdBy: string
  createdAt: string
  expiresAt: string
  uses: number
  mostUses: number
  wrongDates: number
  revokedAt: string | null
  revokedBy: string | null
}

/** What was sent to a patient, newest first: by one's own hospital, for the patient by all. Never the links. */
export async function listSentDocuments(
  ctx: Ctx,
  { patientId, after, limit }: { patientId: string; after: string | null; limit: number },
): Promise<Page<SentDocumentLine>> {
  const { hospitalId } = await authorize(ctx, 'document.read', { type: 'patient', id: patientId })
  const rows = await ctx.sql<Omit<SentDocumentLine, 'destination'> & { destinationCipher: Buffer | null }>({
    name: 'sent_documents',
    text: `select id, patient_id "patientId", hospital_id "hospitalId", kind, channel, destination_cipher "destinationCipher",
                  encode(content_hash, 'hex') sha256, bytes, content_type "contentType", file_name "fileName",
                  created_by "createdBy", created_at "createdAt", expires_at "expiresAt", uses, most_uses "mostUses",
                  wrong_dates "wrongDates", revoked_at "revokedAt", revoked_by "revokedBy"
             from sent_document
            where patient_id = $1 and ($2::uuid is null or hospital_id = $2) and ($3::uuid is null or id < $3)
            order by id desc limit $4`,
    values: [patientId, hospitalId, after, limit + 1],
  })
  await recordRead(ctx, {
    hospitalId,
    action: 'document.list',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  const { items, next } = pageOf(rows, limit, ({ id }) => id)
  return {
    items: items.map(({ destinationCipher, ...line }) => {
      const sent = destinationCipher && ctx.db.keys.decrypt(destinationCipher, documentPlace(line.id, 'destination'))
      return { ...line, destination: sent && masked(sent) }
    }),
    next,
  }
}

/** `+43…67`, `m…@example.org`. */
function masked(destination: string): string {
  const [name = '', domain] = destination.split('@')
  return domain === undefined ? `${name.slice(0, 3)}…${name.slice(-2)}` : `${name.slice(0, 1)}…@${domain}`
}
