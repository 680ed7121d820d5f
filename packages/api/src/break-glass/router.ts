import {
  acknowledgeBreakGlass,
  appointPrivacyOfficer,
  closeBreakGlass,
  endPrivacyOfficer,
  listBreakGlass,
  listPrivacyOfficers,
  myBreakGlass,
  openBreakGlass,
  reviewBreakGlass,
  revokeBreakGlass,
  setBreakGlassMinutes,
  watchBreakGlass,
} from '@chartwire/db'
import { tracked, type TrackedEnvelope } from '@trpc/server'
import type { z } from 'zod'
import { streamOptions } from '../kernel/stream-options.ts'
import { procedure, router } from '../kernel/trpc.ts'
import { toBreakGlassEvent } from './break-glass-event.ts'
import { breakGlassSchemas as schemas } from './schemas.ts'

const tags = ['break-glass']

export const breakGlassRouter = router({
  open: procedure
    .meta({
      permission: 'break-glass.open',
      // Asking again while it is open answers the same.
      isUnkeyed: 'natural-key',
      openapi: {
        method: 'POST',
        path: '/break-glass',
        tags,
        summary: 'Open the record of a patient you do not care for; the privacy officers are told',
      },
    })
    .input(schemas.open.input)
    .output(schemas.open.output)
    .mutation(({ ctx, input }) => openBreakGlass(ctx.verbs, input)),
  mine: procedure
    .meta({
      permission: 'break-glass.open',
      openapi: { method: 'GET', path: '/break-glass/mine', tags, summary: 'What you have open now' },
    })
    .input(schemas.mine.input)
    .output(schemas.mine.output)
    .query(({ ctx }) => myBreakGlass(ctx.verbs)),
  close: procedure
    .meta({
      permission: 'break-glass.open',
      openapi: { method: 'DELETE', path: '/break-glass/{id}', tags, summary: 'End your own before its time' },
    })
    .input(schemas.close.input)
    .output(schemas.close.output)
    .mutation(({ ctx, input }) => closeBreakGlass(ctx.verbs, input)),
  list: procedure
    .meta({
      permission: 'privacy.review',
      openapi: { method: 'GET', path: '/break-glass', tags, summary: 'What was opened at the hospital, and why' },
    })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx, input: { state, after = null, limit } }) => listBreakGlass(ctx.verbs, { state, after, limit })),
  acknowledge: procedure
    .meta({
      permission: 'privacy.review',
      openapi: { method: 'POST', path: '/break-glass/{id}/acknowledge', tags, summary: 'Mark the notice as seen' },
    })
    .input(schemas.acknowledge.input)
    .output(schemas.acknowledge.output)
    .mutation(({ ctx, input }) => acknowledgeBreakGlass(ctx.verbs, input)),
  revoke: procedure
    .meta({
      permission: 'privacy.review',
      openapi: { method: 'POST', path: '/break-glass/{id}/revoke', tags, summary: 'Take it away at once' },
    })
    .input(schemas.revoke.input)
    .output(schemas.revoke.output)
    .mutation(({ ctx, input }) => revokeBreakGlass(ctx.verbs, input)),
  review: procedure
    .meta({
      permission: 'privacy.review',
      openapi: { method: 'POST', path: '/break-glass/{id}/review', tags, summary: 'Judge it: justified or not' },
    })
    .input(schemas.review.input)
    .output(schemas.review.output)
    .mutation(({ ctx, input }) => reviewBreakGlass(ctx.verbs, input)),
  setMinutes: procedure
    .meta({
      permission: 'privacy.appoint',
      openapi: { method: 'PUT', path: '/break-glass/minutes', tags, summary: 'How long it lasts at the hospital' },
    })
    .input(schemas.setMinutes.input)
    .output(schemas.setMinutes.output)
    .mutation(({ ctx, input }) => setBreakGlassMinutes(ctx.verbs, input)),
  officers: procedure
    .meta({
      permission: 'hospital.read',
      openapi: { method: 'GET', path: '/privacy-officers', tags, summary: 'Who watches over patients’ privacy' },
    })
    .input(schemas.officers.input)
    .output(schemas.officers.output)
    .query(({ ctx }) => listPrivacyOfficers(ctx.verbs)),
  appointOfficer: procedure
    .meta({
      permission: 'privacy.appoint',
      openapi: { method: 'POST', path: '/privacy-officers', tags, summary: 'Appoint a privacy officer' },
    })
    .input(schemas.appointOfficer.input)
    .output(schemas.appointOfficer.output)
    .mutation(({ ctx, input }) => appointPrivacyOfficer(ctx.verbs, input)),
  endOfficer: procedure
    .meta({
      permission: 'privacy.appoint',
      openapi: { method: 'DELETE', path: '/privacy-officers/{id}', tags, summary: 'End an appointment' },
    })
    .input(schemas.endOfficer.input)
    .output(schemas.endOfficer.output)
    .mutation(({ ctx, input }) => endPrivacyOfficer(ctx.verbs, input)),
  watch: procedure
    .meta({ permission: 'privacy.review' })
    .input(schemas.watch.input)
    .subscription(async function* ({
      ctx,
      input,
      signal,
    }): AsyncGenerator<TrackedEnvelope<z.infer<typeof schemas.watch.beat>>, void> {
      const cursor = input?.lastEventId ?? null
      const beats = watchBreakGlass(ctx.verbs, { cursor }, streamOptions(ctx.request, signal))
      for await (const { cursor: at, frame } of beats) {
        yield tracked(at, {
          serverTime: new Date().toISOString(),
          unseen: frame?.unseen ?? null,
          events: frame?.events.map(toBreakGlassEvent) ?? [],
        })
      }
    }),
})
