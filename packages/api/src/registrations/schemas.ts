import { z } from 'zod'
import { instant, line, uuid } from '../kernel/fields.ts'

export const registrationSchemas = {
  offer: {
    input: z.void(),
    output: z.object({ code: z.string().describe('Show it at the desk; it opens once.'), expiresAt: instant }),
  },
  redeem: {
    input: z.strictObject({ code: line(40), mrn: line(40).optional() }),
    output: z.object({ id: uuid.describe('The patient.'), mrn: z.string() }),
  },
  own: {
    input: z.void(),
    output: z.array(
      z.object({
        id: uuid,
        hospitalId: uuid,
        hospital: z.string(),
        mrn: z.string(),
        since: instant,
        grantedBy: z.enum(['staff', 'offer', 'unknown']),
      }),
    ),
  },
}
