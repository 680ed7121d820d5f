import { z } from 'zod'
import { procedure, router } from '../kernel/trpc.ts'

export const systemRouter = router({
  ping: procedure
    .meta({
      permission: 'public',
      openapi: { method: 'GET', path: '/ping', tags: ['system'], summary: 'Answers', protect: false },
    })
    .input(z.void())
    .output(z.object({ pong: z.literal(true) }))
    .query(() => ({ pong: true as const })),
})
