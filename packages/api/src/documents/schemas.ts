import { z } from 'zod'
import { day, instant, line, page, pageSize, uuid } from '../kernel/fields.ts'

const sent = z.object({
  id: uuid,
  patientId: uuid,
  hospitalId: uuid,
  kind: z.enum(['patient-profile']),
  channel: z.enum(['whatsapp', 'email', 'link']),
  destination: z.string().nullable().describe('Enough of the number or address to tell it by.'),
  sha256: z.string(),
  bytes: z.number().int(),
  contentType: z.string(),
  fileName: z.string(),
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: instant,
  uses: z.number().int(),
  mostUses: z.number().int(),
  wrongDates: z.number().int(),
  revokedAt: instant.nullable(),
  revokedBy: z.string().nullable(),
})

export const documentSchemas = {
  list: {
    input: z.strictObject({ patientId: uuid, after: uuid.optional(), limit: pageSize(200, 50) }),
    output: page(sent),
  },
  revoke: {
    input: z.strictObject({ patientId: uuid, documentId: uuid }),
    output: z.object({ revokedAt: instant }),
  },
  open: {
    input: z.strictObject({ token: line(200), birthDate: day }),
    output: z.object({
      fileName: z.string(),
      contentType: z.string(),
      base64: z.string().describe('The document itself.'),
    }),
  },
}
