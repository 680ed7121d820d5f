import { TRPCClientError } from '@trpc/client'
import type { inferRouterError } from '@trpc/server'
import type { AppRouter } from './router.ts'

/** What the server says about an error: a stable `code`, the field at fault, whether a retry may help, the request id. */
export type ApiErrorData = inferRouterError<AppRouter>['data']
export type ApiErrorCode = ApiErrorData['code']

/** An error the server answered with. Its `message` is made for people and holds no patient data. */
export interface ApiError<Code extends ApiErrorCode = ApiErrorCode> extends Error {
  readonly data: ApiErrorData & { readonly code: Code }
}

/**
 * Whether the server answered with an error, and with this code when one is given:
 *
 *     if (isApiError(error, 'bed_taken')) showField(error.data.field)
 */
export function isApiError<Code extends ApiErrorCode = ApiErrorCode>(
  error: unknown,
  code?: Code,
): error is ApiError<Code> {
  if (!(error instanceof TRPCClientError)) return false
  const data: unknown = error.data
  if (typeof data !== 'object' || data === null || !('code' in data) || typeof data.code !== 'string') return false
  return code === undefined || data.code === code
}

/**
 * Whether no answer of the server was understood: it cannot be reached, it took too long, something between answered in
 * its stead. Whether the request had its effect is unknown; a call the caller aborted is not meant.
 */
export function isConnectionError(error: unknown): boolean {
  return error instanceof TRPCClientError && !isApiError(error) && !isAbort(error)
}

/** Whether the caller took the call back. */
export function isAbort(error: unknown): boolean {
  const cause: unknown = error instanceof TRPCClientError ? error.cause : error
  return cause instanceof Error && cause.name === 'AbortError'
}

/** Whatever was thrown, in the form tRPC's links pass on. */
export function toClientError(error: unknown): TRPCClientError<AppRouter> {
  return TRPCClientError.from(error instanceof Error ? error : new Error(String(error)))
}
