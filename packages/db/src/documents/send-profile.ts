import { answeredBefore } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { type ProfileToPrint, readProfileToPrint } from '../visits/read-profile-to-print.ts'
import { assertConfigured, sendDocument, type SendDocumentInput, type SentLink } from './send-document.ts'

export type SendProfileInput = Pick<SendDocumentInput, 'patientId' | 'channel' | 'lifeSeconds' | 'mostUses'>

/**
 * Sends a patient their profile, as `sendDocument` does. `print` makes the PDF: nothing is read before the sender may send,
 * nor printed for a way that this server does not have.
 *
 * @throws DomainError as `sendDocument`
 */
export async function sendProfile(
  ctx: Ctx,
  input: SendProfileInput,
  print: (profile: ProfileToPrint) => Promise<Uint8Array>,
): Promise<SentLink> {
  const { patientId, channel } = input
  await authorizeStaff(ctx, 'document.send', { type: 'patient', id: patientId })
  assertConfigured(ctx, channel)
  const before = await answeredBefore(ctx)
  // The key is of this procedure and this input: what it answered is what is answered here.
  if (before) return before.answer as SentLink
  const bytes = await print(await readProfileToPrint(ctx, { patientId }))
  return sendDocument(ctx, { ...input, kind: 'patient-profile', contentType: 'application/pdf', bytes })
}
