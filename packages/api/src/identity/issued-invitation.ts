import { z } from 'zod'
import { instant, uuid } from '../kernel/fields.ts'

/** The token opens it once; null where the server sends mail, and it went to the address and to nobody else. */
export const issuedInvitation = z.object({ id: uuid, token: z.string().nullable(), expiresAt: instant })
