import type { LiveEvent } from '@chartwire/db'
import { z } from 'zod'
import { breakGlassEvent } from './schemas.ts'

const kinds = breakGlassEvent.shape.kind
const stored = z.object({ breakGlassId: z.string() })

/** A stored event in the form the wire promises; its payload was written by an earlier release perhaps, so it is checked. */
export function toBreakGlassEvent({ id, topic, at, patientId, payload }: LiveEvent): z.infer<typeof breakGlassEvent> {
  const kind = kinds.parse(topic.replace('break-glass.', ''))
  return breakGlassEvent.parse({ id, kind, at, patientId, ...stored.parse(payload) })
}
