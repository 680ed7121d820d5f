import type { LiveEvent } from '@chartwire/db'
import type { z } from 'zod'
import { alarm, alarmEvent } from './schemas.ts'

const kinds = alarmEvent.shape.kind

/** A stored event in the form the wire promises; its payload was written by an earlier release perhaps, so it is checked. */
export function toAlarmEvent({ id, topic, at, payload }: LiveEvent): z.infer<typeof alarmEvent> {
  return { id, kind: kinds.parse(topic.replace('alarm.', '')), at, alarm: alarm.parse(payload) }
}
