import { type ApiContext, appRouter } from '@chartwire/api'
import { DomainError } from '@chartwire/db'
import { getTRPCErrorFromUnknown, getTRPCErrorShape, transformTRPCResponse, TRPCError } from '@trpc/server'
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { callProcedure } from './call-procedure.ts'
import { largestBody } from './limits/body-limits.ts'
import { parseModestJson } from './limits/modest-json.ts'
import { sayWhenToRetry } from './retry-after.ts'

export interface TrpcRouteOptions {
  context: (request: FastifyRequest, reply: FastifyReply) => ApiContext
  onError: (error: TRPCError, path: string, request: FastifyRequest) => void
  /** Most calls of one batched request. */
  maxBatch: number
}

const config = appRouter._def._config

/**
 * tRPC over HTTP without the stock adapter for what is most of the traffic: JSON queries and mutations, single or
 * batched. The stock adapter builds fetch requests, responses and web streams for every call, which costs ten times the
 * procedure; streams, uploads and everything unusual still go through it. One conformance suite runs against both.
 */
export function registerTrpcRoute(app: FastifyInstance, options: TrpcRouteOptions): void {
  app.route<{ Params: { path: string }; Querystring: { batch?: string; input?: string } }>({
    method: ['GET', 'POST'],
    url: '/trpc/:path',
    bodyLimit: largestBody,
    handler: async (request, reply) => {
      const { path } = request.params
      if (!isPlain(request)) {
        // The stock adapter reads it as it comes.
        refuseImmodest(request.query.input)
        await fastifyRequestHandler({
          router: appRouter,
          req: request,
          res: reply,
          path,
          allowMethodOverride: true,
          createContext: () => options.context(request, reply),
          responseMeta: ({ errors: [error] }) => retryHeaders(error),
          onError: ({ error, path: at }) => options.onError(error, at ?? '', request),
        })
        return reply
      }
      return answerPlain(request, reply, options)
    },
  })
}

/** Plain: answered as one JSON text, from inputs that are JSON. */
function isPlain(request: FastifyRequest<{ Params: { path: string } }>): boolean {
  const { headers, method } = request
  if (headers['trpc-accept'] !== undefined || headers.accept?.includes('text/event-stream')) return false
  if (method === 'POST' && !isJson(headers['content-type'])) return headers['content-type'] === undefined
  const { path } = request.params
  return method === 'POST' || !(path.includes(',') ? path.split(',').some(isSubscription) : isSubscription(path))
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\b/i.test(contentType)
}

const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } } | undefined>

function isSubscription(path: string): boolean {
  return procedures[path]?._def.type === 'subscription'
}

/** A query may come with a body: then what is searched for is in no URL, which whatever lies between may log. */
function typeOf(path: string, method: string): Call['type'] {
  return method === 'GET' || procedures[path]?._def.type === 'query' ? 'query' : 'mutation'
}

interface Call {
  request: FastifyRequest
  type: 'query' | 'mutation'
  path: string
  getRawInput: () => unknown
  context: ApiContext
  batchIndex: number
}

async function answerPlain(
  request: FastifyRequest<{ Params: { path: string }; Querystring: { batch?: string; input?: string } }>,
  reply: FastifyReply,
  options: TrpcRouteOptions,
): Promise<FastifyReply> {
  const isBatch = request.query.batch === '1'
  const paths = isBatch ? request.params.path.split(',') : [request.params.path]
  const context = options.context(request, reply)
  const inputs = readInputs(request)
  const answers =
    paths.length > options.maxBatch
      ? [
          failure(
            new TRPCError({ code: 'BAD_REQUEST', message: `At most ${options.maxBatch} calls in a batch.` }),
            paths[0] ?? '',
          ),
        ]
      : await Promise.all(
          paths.map((path, batchIndex) =>
            answer({
              request,
              type: typeOf(path, request.method),
              path,
              context,
              batchIndex,
              getRawInput: () => (isBatch ? (inputs() as Record<number, unknown> | undefined)?.[batchIndex] : inputs()),
            }),
          ),
        )
  reply.status(statusOf(answers)).header('content-type', 'application/json')
  const texts = answers.map(({ text }) => text)
  return reply.send(isBatch ? `[${texts.join(',')}]` : texts[0])

  function failure(error: TRPCError, path: string): Answer {
    options.onError(error, path, request)
    const type = typeOf(path, request.method)
    const shape = getTRPCErrorShape({ config, error, type, path, input: undefined, ctx: context })
    sayWhenToRetry(reply, shape.data)
    return { status: shape.data.httpStatus, text: JSON.stringify(transformTRPCResponse(config, { error: shape })) }
  }

  async function answer({ type, path, getRawInput, batchIndex }: Call): Promise<Answer> {
    try {
      const declared = procedures[path]?._def.type
      if (declared !== undefined && declared !== type) {
        throw new TRPCError({ code: 'METHOD_NOT_SUPPORTED', message: `${path} is a ${declared}.` })
      }
      const data = await callProcedure({
        path,
        type,
        ctx: context,
        getRawInput: async () => getRawInput(),
        batchIndex,
      })
      // What `transformTRPCResponse` makes where no transformer is set, without its copies.
      return { status: 200, text: JSON.stringify({ result: { data } }) }
    } catch (error) {
      return failure(getTRPCErrorFromUnknown(error), path)
    }
  }
}

interface Answer {
  status: number
  text: string
}

/** As the stock adapter has it: one status when all agree, else 207. */
function statusOf(answers: readonly Answer[]): number {
  const statuses = new Set(answers.map(({ status }) => status))
  const [only = 200] = statuses
  return statuses.size > 1 ? 207 : only
}

/** The input text is read when the first procedure asks, so that a bad one is that procedure's typed error. */
function readInputs(request: FastifyRequest<{ Querystring: { input?: string } }>): () => unknown {
  if (request.method === 'POST') return () => request.body ?? undefined
  let read: { value: unknown } | undefined
  return () => {
    const { input } = request.query
    if (input === undefined) return undefined
    try {
      read ??= { value: parseModestJson(input) }
    } catch (cause) {
      if (cause instanceof DomainError) throw cause
      throw new TRPCError({ code: 'BAD_REQUEST', message: 'input is not JSON', cause })
    }
    return read.value
  }
}

/** @throws DomainError for what is too deep, too much, or reaches for a prototype; what is no JSON is the reader's to say */
function refuseImmodest(input: string | undefined): void {
  try {
    if (input !== undefined) parseModestJson(input)
  } catch (error) {
    if (error instanceof DomainError) throw error
  }
}

function retryHeaders(error: TRPCError | undefined): { headers?: Record<string, string> } {
  const { cause } = error ?? {}
  const seconds = cause instanceof DomainError ? cause.details.retryAfter : undefined
  return seconds === undefined ? {} : { headers: { 'retry-after': String(seconds) } }
}
