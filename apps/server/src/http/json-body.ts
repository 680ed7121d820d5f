import { DomainError } from '@chartwire/db'
import { TRPCError } from '@trpc/server'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { bodyLimitOf } from './limits/body-limits.ts'
import { parseModestJson } from './limits/modest-json.ts'

/** Bodies are JSON, of the size that what is called may take, neither deep nor vast. Anything else is refused unread. */
export function registerJsonBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async ({ params }: FastifyRequest, body: string) => {
      const text = body
      // tRPC's clients send the type and no body for a mutation without input, such as signing out.
      if (text === '') return undefined
      const limit = trpcLimit(params)
      if (limit !== undefined && Buffer.byteLength(text) > limit) throw new TRPCError({ code: 'PAYLOAD_TOO_LARGE' })
      try {
        return parseModestJson(text)
      } catch (error) {
        throw error instanceof SyntaxError ? new DomainError('invalid', 'The body is not valid JSON.') : error
      }
    },
  )
}

/** Routes of REST carry their limit; of tRPC's one route the path says what is called. */
function trpcLimit(params: unknown): number | undefined {
  const isTrpc = params !== null && typeof params === 'object' && 'path' in params
  return isTrpc ? bodyLimitOf(String(params.path).split(',')) : undefined
}
