import { DomainError, type ErrorCode, isUnavailable } from '@chartwire/db'
import { TRPCError } from '@trpc/server'
import { ZodError } from 'zod'

/** What went wrong, as every transport says it. `code` is stable; texts may change. */
export interface ApiErrorData {
  code: ErrorCode | 'internal' | 'procedure_not_found' | 'payload_too_large'
  httpStatus: number
  /** Whether the same request may succeed later. */
  retryable: boolean
  requestId: string
  path?: string
  field?: string
  resource?: string
  expected?: string
  retryAfter?: number
  /** How one may prove who one is, where that is what is missing. */
  methods?: readonly string[]
  /** With `possible_duplicate`; written out, since a client's declarations know nothing of the database. */
  candidates?: readonly { patientId: string; matches: readonly ('email' | 'name' | 'phone')[] }[]
  /** Every field that is wrong, when several are. */
  issues?: { field: string; message: string }[]
}

type TrpcCode = TRPCError['code']

const trpcCodes: Record<ErrorCode, TrpcCode> = {
  unauthenticated: 'UNAUTHORIZED',
  credentials_wrong: 'UNAUTHORIZED',
  ticket_invalid: 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN',
  acting_as_required: 'FORBIDDEN',
  step_up_required: 'FORBIDDEN',
  mfa_required: 'FORBIDDEN',
  not_found: 'NOT_FOUND',
  invitation_invalid: 'NOT_FOUND',
  reset_invalid: 'NOT_FOUND',
  confirmation_invalid: 'NOT_FOUND',
  offer_invalid: 'NOT_FOUND',
  invalid: 'BAD_REQUEST',
  password_weak: 'BAD_REQUEST',
  thresholds_contradict: 'BAD_REQUEST',
  conflict: 'CONFLICT',
  stale_version: 'CONFLICT',
  email_taken: 'CONFLICT',
  mrn_taken: 'CONFLICT',
  possible_duplicate: 'CONFLICT',
  merge_refused: 'CONFLICT',
  last_self_access: 'CONFLICT',
  licence_taken: 'CONFLICT',
  slot_taken: 'CONFLICT',
  serial_taken: 'CONFLICT',
  not_configured: 'CONFLICT',
  contact_missing: 'CONFLICT',
  not_agreed: 'CONFLICT',
  bed_taken: 'CONFLICT',
  already_admitted: 'CONFLICT',
  not_admitted: 'CONFLICT',
  device_assigned: 'CONFLICT',
  alarm_closed: 'CONFLICT',
  snooze_refused: 'CONFLICT',
  thresholds_overlap: 'CONFLICT',
  case_status_refused: 'CONFLICT',
  idempotency_key_reused: 'CONFLICT',
  idempotency_in_progress: 'CONFLICT',
  too_many: 'TOO_MANY_REQUESTS',
  locked_out: 'TOO_MANY_REQUESTS',
  unavailable: 'SERVICE_UNAVAILABLE',
}

export const errorCodes: readonly ApiErrorData['code'][] = [
  ...(Object.keys(trpcCodes) as ErrorCode[]),
  'internal',
  'procedure_not_found',
  'payload_too_large',
]

const httpStatuses: Partial<Record<TrpcCode, number>> = {
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BAD_REQUEST: 400,
  PARSE_ERROR: 400,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  METHOD_NOT_SUPPORTED: 405,
  TOO_MANY_REQUESTS: 429,
  SERVICE_UNAVAILABLE: 503,
}

/** A verb's error in tRPC's terms, with the domain's as its cause. */
export function toTrpcError(error: TRPCError): TRPCError {
  const { cause } = error
  if (cause instanceof DomainError) return new TRPCError({ code: trpcCodes[cause.code], message: cause.message, cause })
  if (error.code === 'INTERNAL_SERVER_ERROR' && isUnavailable(cause)) {
    const unavailable = new DomainError('unavailable', 'The service is not available right now.')
    return new TRPCError({ code: 'SERVICE_UNAVAILABLE', message: unavailable.message, cause: unavailable })
  }
  return error
}

/** The public shape of any error: its own text only when it was made for people, never that of a defect. */
export function describeError(
  raw: TRPCError,
  { requestId, path }: { requestId: string; path: string | undefined },
): { message: string; data: ApiErrorData } {
  // What a stream throws in its course passes no middleware on its way here.
  const error = toTrpcError(raw)
  const httpStatus = httpStatuses[error.code] ?? 500
  const common = { httpStatus, requestId, retryable: false, ...(path === undefined ? {} : { path }) }
  const { cause } = error
  if (cause instanceof DomainError) {
    return {
      message: cause.message,
      data: { ...common, ...cause.details, code: cause.code, retryable: cause.retryable },
    }
  }
  if (cause instanceof ZodError && error.code === 'BAD_REQUEST') {
    const issues = cause.issues.flatMap(describeIssue)
    const [first] = issues
    const message = first ? `${first.field || 'input'}: ${first.message}` : 'The input is not valid.'
    return { message, data: { ...common, code: 'invalid', ...(first?.field ? { field: first.field } : {}), issues } }
  }
  switch (error.code) {
    case 'NOT_FOUND': {
      // What is no procedure's path is the caller's own text.
      const { path: _, ...data } = { path, ...common }
      return { message: 'There is no such procedure.', data: { ...data, code: 'procedure_not_found' } }
    }
    case 'PAYLOAD_TOO_LARGE':
      return { message: 'The request is too large.', data: { ...common, code: 'payload_too_large' } }
    case 'METHOD_NOT_SUPPORTED':
      return { message: 'This address does not take this method.', data: { ...common, code: 'invalid' } }
    case 'UNSUPPORTED_MEDIA_TYPE':
      return { message: 'The body must be application/json.', data: { ...common, code: 'invalid' } }
    case 'BAD_REQUEST':
    case 'PARSE_ERROR':
      return { message: 'The request could not be read.', data: { ...common, code: 'invalid' } }
    default:
      return {
        message: 'Something went wrong on our side.',
        data: { ...common, httpStatus: 500, code: 'internal' },
      }
  }
}

/** What a field of ours could be called. Anything else that stands in a field's place is text, and is not repeated. */
const fieldName = /^[a-z]\w{0,39}$/i

/** Zod's words, except where they would repeat what the caller typed: of unknown fields only what is a field's name. */
function describeIssue(issue: ZodError['issues'][number]): { field: string; message: string }[] {
  if (issue.code !== 'unrecognized_keys') return [{ field: issue.path.join('.'), message: issue.message }]
  return issue.keys.slice(0, 10).map((key) => ({
    field: (fieldName.test(key) ? [...issue.path, key] : issue.path).join('.'),
    message: 'unknown field',
  }))
}
