/** Of what opens a document, with the birth date. */
export const documentTokenBytes = 32

export const documentPlace = (id: string, column: 'content' | 'destination') => ({ table: 'sent_document', column, id })
