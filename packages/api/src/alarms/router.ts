import {
  acknowledgeAlarm,
  getAlarm,
  listAlarms,
  raiseEmergency,
  resolveAlarm,
  snoozeAlarm,
  watchAlarms,
} from '@chartwire/db'
import { tracked, type TrackedEnvelope } from '@trpc/server'
import type { z } from 'zod'
import { procedure, router } from '../kernel/trpc.ts'
import { streamOptions } from '../kernel/stream-options.ts'
import { toAlarmEvent } from './alarm-event.ts'
import { alarmSchemas as schemas } from './schemas.ts'

const tags = ['alarms']

export const alarmsRouter = router({
  list: procedure
    .meta({ permission: 'alarm.read', openapi: { method: 'GET', path: '/alarms', tags, summary: 'Newest first' } })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx, input: { patientId = null, status, since = null, after = null, limit } }) =>
      listAlarms(ctx.verbs, { patientId, openOnly: status === 'open', since, after, limit }),
    ),
  get: procedure
    .meta({
      permission: 'alarm.read',
      openapi: { method: 'GET', path: '/alarms/{alarmId}', tags, summary: 'With note' },
    })
    .input(schemas.get.input)
    .output(schemas.get.output)
    .query(({ ctx, input }) => getAlarm(ctx.verbs, input)),
  acknowledge: procedure
    .meta({
      permission: 'alarm.respond',
      openapi: { method: 'POST', path: '/alarms/{alarmId}/acknowledge', tags, summary: 'Say that you have seen it' },
    })
    .input(schemas.acknowledge.input)
    .output(schemas.acknowledge.output)
    .mutation(({ ctx, input }) => acknowledgeAlarm(ctx.verbs, input)),
  snooze: procedure
    .meta({
      permission: 'alarm.respond',
      openapi: { method: 'POST', path: '/alarms/{alarmId}/snooze', tags, summary: 'Silence it for some minutes' },
    })
    .input(schemas.snooze.input)
    .output(schemas.snooze.output)
    .mutation(({ ctx, input }) => snoozeAlarm(ctx.verbs, input)),
  resolve: procedure
    .meta({
      permission: 'alarm.respond',
      openapi: { method: 'POST', path: '/alarms/{alarmId}/resolve', tags, summary: 'Close it by hand' },
    })
    .input(schemas.resolve.input)
    .output(schemas.resolve.output)
    .mutation(({ ctx, input }) => resolveAlarm(ctx.verbs, input)),
  emergency: procedure
    .meta({
      permission: 'alarm.emergency',
      openapi: { method: 'POST', path: '/patients/{patientId}/emergency', tags, summary: 'Call for help' },
    })
    .input(schemas.emergency.input)
    .output(schemas.emergency.output)
    .mutation(({ ctx, input }) => raiseEmergency(ctx.verbs, input)),
  watch: procedure
    .meta({ permission: 'alarm.read' })
    .input(schemas.watch.input)
    .subscription(async function* ({
      ctx,
      input,
      signal,
    }): AsyncGenerator<TrackedEnvelope<z.infer<typeof schemas.watch.beat>>, void> {
      const beats = watchAlarms(ctx.verbs, { cursor: input?.lastEventId ?? null }, streamOptions(ctx.request, signal))
      for await (const { cursor, frame } of beats) {
        yield tracked(cursor, {
          serverTime: new Date().toISOString(),
          open: frame?.open ?? null,
          events: frame?.events.map(toAlarmEvent) ?? [],
        })
      }
    }),
})
