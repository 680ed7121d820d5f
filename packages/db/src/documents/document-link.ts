import { createHash, randomBytes } from 'node:crypto'

/** What opens a document, with the birth date. Its hash alone is stored. */
export function newDocumentToken(): string {
  return randomBytes(32).toString('base64url')
}

export function documentTokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

export const documentPlace = (id: string, column: 'content' | 'destination') => ({ table: 'sent_document', column, id })
