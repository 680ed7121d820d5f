import type { Socket } from 'node:net'
import { DomainError } from '@chartwire/db'
import { describeError, toTrpcError } from '@chartwire/api'
import { TRPCError } from '@trpc/server'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sayWhenToRetry } from './retry-after.ts'
import { dataHeaders } from './security-headers.ts'

/**
 * Answers what was refused before a procedure was reached, in the same terms as everything else: in tRPC's form where its
 * clients ask, which take one answer for every call of a batch, else in that of REST.
 */
export function answerError(error: Error, { id, url }: FastifyRequest, reply: FastifyReply): { httpStatus: number } {
  const cause = toTrpcError(transportError(error))
  const { message, data } = describeError(cause, { requestId: id, path: undefined })
  sayWhenToRetry(reply, data)
  const isTrpc = url.startsWith('/trpc/')
  const answer = isTrpc ? { message, code: TRPC_ERROR_CODES_BY_KEY[cause.code], data } : { message, ...data }
  void reply.status(data.httpStatus).send({ error: answer })
  return data
}

function transportError(error: Error & { statusCode?: number }): TRPCError {
  if (error instanceof TRPCError) return error
  if (error instanceof DomainError) return new TRPCError({ code: 'BAD_REQUEST', cause: error })
  switch (error.statusCode) {
    case 413:
      return new TRPCError({ code: 'PAYLOAD_TOO_LARGE' })
    case 415:
      return new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE' })
    case 400:
      return new TRPCError({ code: 'BAD_REQUEST' })
    // A path that leads out of the folder of what is served.
    case 403:
    case 404:
      return nothingHere()
    default:
      return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error })
  }
}

export function nothingHere(): TRPCError {
  return new TRPCError({ code: 'NOT_FOUND', cause: new DomainError('not_found', 'There is nothing here.') })
}

const answers: Readonly<Record<string, [status: string, code: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'invalid'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'payload_too_large'],
}

/** Answers what is no HTTP, or came too slowly or with too many headers, and hangs up. Nothing of it is logged or quoted. */
export function refuseUnreadable({ code }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [status, errorCode] = answers[code ?? ''] ?? ['400 Bad Request', 'invalid']
  const body = JSON.stringify({ error: { message: 'The request could not be read.', code: errorCode } })
  const headers = {
    ...dataHeaders({ isSecure: false }),
    'content-type': 'application/json',
    'content-length': String(body.length),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`)
}
