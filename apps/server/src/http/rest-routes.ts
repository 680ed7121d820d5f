import { type ApiContext, appRouter, type File } from '@chartwire/api'
import { getTRPCErrorFromUnknown, getTRPCErrorShape, TRPCError } from '@trpc/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { callProcedure } from './call-procedure.ts'
import { bodyLimitOf } from './limits/body-limits.ts'
import { restProcedures } from './rest-procedures.ts'
import { sayWhenToRetry } from './retry-after.ts'
import { answerError } from './transport-errors.ts'

interface RestOptions {
  context: (request: FastifyRequest, reply: FastifyReply) => ApiContext
  onError: (error: TRPCError, path: string, request: FastifyRequest) => void
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
type Method = (typeof methods)[number]

/**
 * The same procedures as resources under `/api`: parameters of the path, the query and the JSON body make one input, an
 * error is `{ "error": ... }` with the data that tRPC callers get, the status says it too.
 */
export function registerRestRoutes(app: FastifyInstance, { context, onError }: RestOptions): void {
  const taken = new Map<string, Set<Method>>()
  for (const { path, type, openapi, takesNothing, isFile } of restProcedures()) {
    const { method } = openapi
    const url = `/api${openapi.path.replaceAll(/\{(\w+)\}/g, ':$1')}`
    taken.set(url, (taken.get(url) ?? new Set()).add(method))
    const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH'
    app.route<{ Params: Record<string, string>; Querystring: Record<string, string> }>({
      method,
      bodyLimit: bodyLimitOf([path]),
      url,
      handler: async (request, reply) => {
        const ctx = context(request, reply)
        const body = request.body
        const given = {
          // What has a body is said there: a password in an address would be in every log on its way.
          ...(hasBody ? {} : request.query),
          ...(body !== null && typeof body === 'object' && !Array.isArray(body) ? body : {}),
          ...request.params,
        }
        // A body that is a list or a bare value is no object with fields: let the schema say so.
        const input =
          body === undefined || body === null || (typeof body === 'object' && !Array.isArray(body)) ? given : body
        try {
          const data = await callProcedure({
            path,
            getRawInput: async () => (takesNothing ? undefined : input),
            ctx,
            type,
            batchIndex: 0,
          })
          if (isFile) return await sendFile(reply, data as File)
          return await reply.header('content-type', 'application/json').send(JSON.stringify(data))
        } catch (thrown) {
          const error = getTRPCErrorFromUnknown(thrown)
          onError(error, path, request)
          const { message, data } = getTRPCErrorShape({
            config: appRouter._def._config,
            error,
            type,
            path,
            input: undefined,
            ctx,
          })
          sayWhenToRetry(reply, data)
          return await reply
            .status(data.httpStatus)
            .header('content-type', 'application/json')
            .send(JSON.stringify({ error: { message, ...data } }))
        }
      },
    })
  }
  for (const [url, served] of taken) refuseOtherMethods(app, url, served)
}

/** An address that is there says which methods it takes. */
function refuseOtherMethods(app: FastifyInstance, url: string, served: ReadonlySet<Method>): void {
  const allow = [...served].join(', ')
  app.route({
    method: methods.filter((method) => !served.has(method)),
    url,
    handler: (request, reply) => {
      reply.header('allow', allow)
      answerError(new TRPCError({ code: 'METHOD_NOT_SUPPORTED' }), request, reply)
    },
  })
}

function sendFile(reply: FastifyReply, { fileName, contentType, base64 }: File): FastifyReply {
  return reply
    .header('content-type', contentType)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(Buffer.from(base64, 'base64'))
}
