import {
  readDaily,
  readHistory,
  readHourly,
  readLatest,
  readSummary,
  readWard,
  recordReadings,
  watchPatient,
  watchWard,
} from '@chartwire/db'
import { tracked, type TrackedEnvelope } from '@trpc/server'
import type { z } from 'zod'
import { toAlarmEvent } from '../alarms/alarm-event.ts'
import { streamOptions } from '../kernel/stream-options.ts'
import { procedure, router } from '../kernel/trpc.ts'
import { parseRows } from './reading-input.ts'
import { vitalsSchemas as schemas } from './schemas.ts'

const tags = ['vitals']

export const vitalsRouter = router({
  record: procedure
    .meta({
      permission: 'vitals.record',
      isUnkeyed: 'natural-key',
      load: 'ingest',
      bodyLimit: 5_000_000,
      openapi: {
        method: 'POST',
        path: '/vitals',
        tags,
        summary: 'Record up to 5,000 readings',
        description: 'Idempotent by patient, device and source time. Each row has its own outcome.',
      },
    })
    .input(schemas.record.input)
    .output(schemas.record.output)
    .mutation(({ ctx, input }) => recordReadings(ctx.verbs, parseRows(input.readings))),
  latest: procedure
    .meta({
      permission: 'vitals.read',
      openapi: { method: 'GET', path: '/patients/{patientId}/vitals/latest', tags, summary: 'What is known now' },
    })
    .input(schemas.latest.input)
    .output(schemas.latest.output)
    .query(({ ctx, input }) => readLatest(ctx.verbs, input)),
  ward: procedure
    .meta({
      permission: 'vitals.read',
      openapi: { method: 'GET', path: '/wards/{wardId}/vitals', tags, summary: 'The board of a ward' },
    })
    .input(schemas.ward.input)
    .output(schemas.ward.output)
    .query(({ ctx, input }) => readWard(ctx.verbs, input)),
  history: procedure
    .meta({
      permission: 'vitals.read',
      openapi: { method: 'GET', path: '/patients/{patientId}/vitals', tags, summary: 'Readings, newest first' },
    })
    .input(schemas.history.input)
    .output(schemas.history.output)
    .query(({ ctx, input: { after = null, from = null, ...rest } }) =>
      readHistory(ctx.verbs, { ...rest, after, from }),
    ),
  hourly: procedure
    .meta({
      permission: 'vitals.read',
      openapi: { method: 'GET', path: '/patients/{patientId}/vitals/hourly', tags, summary: 'Statistics by hour' },
    })
    .input(schemas.hourly.input)
    .output(schemas.hourly.output)
    .query(({ ctx, input }) => readHourly(ctx.verbs, input)),
  daily: procedure
    .meta({
      permission: 'vitals.read',
      openapi: { method: 'GET', path: '/patients/{patientId}/vitals/daily', tags, summary: 'Statistics by day' },
    })
    .input(schemas.daily.input)
    .output(schemas.daily.output)
    .query(({ ctx, input }) => readDaily(ctx.verbs, input)),
  summary: procedure
    .meta({
      permission: 'vitals.read',
      openapi: { method: 'GET', path: '/patients/{patientId}/summary', tags, summary: 'One patient at a glance' },
    })
    .input(schemas.summary.input)
    .output(schemas.summary.output)
    .query(({ ctx, input }) => readSummary(ctx.verbs, input)),
  watchWard: procedure
    .meta({ permission: 'vitals.read' })
    .input(schemas.watchWard.input)
    .subscription(async function* ({
      ctx,
      input: { wardId, lastEventId },
      signal,
    }): AsyncGenerator<TrackedEnvelope<z.infer<typeof schemas.watchWard.beat>>, void> {
      const beats = watchWard(ctx.verbs, { wardId, cursor: lastEventId ?? null }, streamOptions(ctx.request, signal))
      for await (const { cursor, frame } of beats) {
        yield tracked(cursor, {
          serverTime: new Date().toISOString(),
          kind: frame?.kind ?? 'heartbeat',
          tiles: frame?.tiles ?? [],
          gone: frame?.gone ?? [],
          alarms: frame?.alarms.map(toAlarmEvent) ?? [],
        })
      }
    }),
  watchPatient: procedure
    .meta({ permission: 'vitals.read' })
    .input(schemas.watchPatient.input)
    .subscription(async function* ({
      ctx,
      input: { patientId, lastEventId },
      signal,
    }): AsyncGenerator<TrackedEnvelope<z.infer<typeof schemas.watchPatient.beat>>, void> {
      const beats = watchPatient(
        ctx.verbs,
        { patientId, cursor: lastEventId ?? null },
        streamOptions(ctx.request, signal),
      )
      for await (const { cursor, frame } of beats) {
        yield tracked(cursor, {
          serverTime: new Date().toISOString(),
          kind: frame === null ? 'heartbeat' : 'change',
          tile: frame?.tile ?? null,
          readings: frame?.readings ?? [],
          skipped: frame?.skipped ?? 0,
          alarms: frame?.alarms.map(toAlarmEvent) ?? [],
          isDischarged: frame?.isDischarged ?? false,
        })
        if (frame?.isDischarged) return
      }
    }),
})
