import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'

export const documentKinds = ['patient-profile'] as const
export type DocumentKind = (typeof documentKinds)[number]
export const documentChannels = ['whatsapp', 'email', 'link'] as const
export type DocumentChannel = (typeof documentChannels)[number]

/**
 * A document for a patient, behind a link that opens for whoever has the token and knows the birth date. That it was sent
 * stays on record; its content goes when the link opens nothing any more.
 */
export const SentDocumentSchema = defineEntity({
  name: 'SentDocument',
  tableName: 'sent_document',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    patientId: p.uuid(),
    kind: p.enum(documentKinds),
    channel: p.enum(documentChannels),
    /** Number or address as the file had it; none of a link that was handed over. */
    destinationCipher: cipher().nullable(),
    tokenHash: p.blob().unique(),
    /** Encrypted. Not named as the other ciphers are, which are texts: an export of the record leaves it out. */
    content: p.blob().nullable(),
    /** SHA-256 of the document. */
    contentHash: p.blob(),
    bytes: p.integer(),
    contentType: p.text(),
    fileName: p.text(),
    createdBy: p.text(),
    createdAt: instant(),
    expiresAt: instant(),
    uses: p.integer().default(0),
    mostUses: p.integer(),
    /** Birth dates that were wrong; too many end the link. */
    wrongDates: p.integer().default(0),
    revokedAt: instant().nullable(),
    /** Who took it back; `wrong-dates` when guesses did. */
    revokedBy: p.text().nullable(),
  },
  indexes: [{ properties: ['patientId', 'id'] }],
  checks: [
    { name: 'sent_document_uses_ck', expression: 'uses between 0 and most_uses' },
    { name: 'sent_document_expiry_ck', expression: 'expires_at > created_at' },
    { name: 'sent_document_revoked_ck', expression: '(revoked_at is null) = (revoked_by is null)' },
    { name: 'sent_document_destination_ck', expression: `(channel = 'link') = (destination_cipher is null)` },
  ],
})
export class SentDocument extends SentDocumentSchema.class {}
SentDocumentSchema.setClass(SentDocument)
