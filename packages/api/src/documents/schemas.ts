import { z } from 'zod'
import { file } from '../kernel/file.ts'
import { day, instant, line, page, pageSize, uuid } from '../kernel/fields.ts'

const channel = z.enum(['whatsapp', 'email', 'link'])

const sent = z.object({
  id: uuid,
  patientId: uuid,
  hospitalId: uuid,
  kind: z.enum(['patient-profile']),
  channel,
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
  sendProfile: {
    input: z.strictObject({
      patientId: uuid,
      channel: channel.describe('To the number or address on file; `link` answers the token, to be handed over.'),
      lifeSeconds: z.number().int().min(3_600).max(2_592_000).optional().describe('An hour to 30 days; 7 days.'),
      mostUses: z.number().int().min(1).max(20).optional().describe('How often it opens; 5.'),
    }),
    output: z.object({
      id: uuid,
      expiresAt: instant,
      token: z.string().nullable().describe('Of a `link`, this once: the page is `/#/document/TOKEN`.'),
    }),
  },
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
    output: file,
  },
}
