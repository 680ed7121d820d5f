import { type ApiContext, appRouter, type File, type ProcedureMeta } from '@chartwire/api'
import { getTRPCErrorFromUnknown, getTRPCErrorShape, type TRPCError } from '@trpc/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { callProcedure } from './call-procedure.ts'
import { bodyLimitOf } from './limits/body-limits.ts'
import { sayWhenToRetry } from './retry-after.ts'
import { generateOpenApiDocument } from 'trpc-to-openapi'
import { ZodVoid } from 'zod'

interface RestOptions {
  context: (request: FastifyRequest, reply: FastifyReply) => ApiContext
  onError: (error: TRPCError, path: string, request: FastifyRequest) => void
}

interface RestProcedure {
  path: string
  type: 'query' | 'mutation'
  openapi: NonNullable<ProcedureMeta['openapi']>
  /** Declares that it has no input. */
  takesNothing: boolean
  isFile: boolean
}

/** The procedures that have a place in REST. */
export function restProcedures(): RestProcedure[] {
  const procedures = appRouter._def.procedures as unknown as Record<
    string,
    { _def: { type: 'query' | 'mutation' | 'subscription'; meta?: ProcedureMeta; inputs: unknown[] } }
  >
  return Object.entries(procedures).flatMap(
    ([
      path,
      {
        _def: { type, meta, inputs },
      },
    ]) =>
      type !== 'subscription' && meta?.openapi
        ? [
            {
              path,
              type,
              openapi: meta.openapi,
              takesNothing: inputs[0] instanceof ZodVoid,
              isFile: meta.isFile === true,
            },
          ]
        : [],
  )
}

/**
 * The same procedures as resources under `/api`: parameters of the path, the query and the JSON body make one input, an
 * error is `{ "error": ... }` with the data that tRPC callers get, the status says it too.
 */
export function registerRestRoutes(app: FastifyInstance, { context, onError }: RestOptions): void {
  for (const { path, type, openapi, takesNothing, isFile } of restProcedures()) {
    const hasBody = openapi.method === 'POST' || openapi.method === 'PUT' || openapi.method === 'PATCH'
    app.route<{ Params: Record<string, string>; Querystring: Record<string, string> }>({
      method: openapi.method,
      bodyLimit: bodyLimitOf([path]),
      url: `/api${openapi.path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
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
}

function sendFile(reply: FastifyReply, { fileName, contentType, base64 }: File): FastifyReply {
  return reply
    .header('content-type', contentType)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(Buffer.from(base64, 'base64'))
}

/** OpenAPI 3.1 of the REST surface. */
export function openApiDocument({ version, url }: { version: string; url: string }): object {
  const document = generateOpenApiDocument(appRouter, {
    title: 'Chartwire',
    description:
      'One healthcare backend. Sign in at `/api/sessions` and send the token as `Authorization: Bearer`. A login with several capacities names one in `X-Acting-As`. `X-Purpose` says what a request is for. Mutations take an `Idempotency-Key`.',
    version,
    openApiVersion: '3.1.0',
    baseUrl: `${url}/api`,
  })
  for (const { openapi, isFile } of restProcedures()) {
    const answer = document.paths?.[openapi.path]?.[methodOf(openapi)]?.responses?.['200']
    if (isFile && answer && 'description' in answer) {
      answer.content = { 'application/pdf': { schema: { type: 'string', format: 'binary' } } }
    }
  }
  return document
}

function methodOf({ method }: RestProcedure['openapi']) {
  return method.toLowerCase() as Lowercase<typeof method>
}
