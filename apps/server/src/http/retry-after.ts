import type { FastifyReply } from 'fastify'

/** Says in the header too when to come again; the longest wait, of several answers in one. */
export function sayWhenToRetry(reply: FastifyReply, { retryAfter }: { retryAfter?: number }): void {
  if (retryAfter === undefined) return
  reply.header('retry-after', Math.max(retryAfter, Number(reply.getHeader('retry-after') ?? 0)))
}
