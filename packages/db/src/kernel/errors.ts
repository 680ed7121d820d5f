/** What went wrong, in words that carry no patient data. `code` comes from a closed union, per domain. */
export interface ErrorDetails {
  /** The input field at fault, as a dotted path. */
  field?: string
  /** Which resource kind was meant; never its contents. */
  resource?: string
  /** Seconds after which a retry makes sense. */
  retryAfter?: number
  /** Ways to prove who one is, where that is what is missing. */
  methods?: readonly string[]
  /** The limit or wanted form, for people. */
  expected?: string
  /** With `possible_duplicate`: files that may be the same person's, of those the caller may see. */
  candidates?: readonly DuplicateCandidate[]
}

export interface DuplicateCandidate {
  patientId: string
  /** What is alike; `name` with the same birth date. */
  matches: readonly ('email' | 'name' | 'phone')[]
}

/**
 * Codes every domain may answer with. What an actor may not see answers `not_found`, exactly like what does not exist;
 * `forbidden` means that no resource whatever would be allowed to this role, `not_configured` that this server has no
 * way to do it.
 */
export type CommonErrorCode =
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'invalid'
  | 'conflict'
  | 'stale_version'
  | 'too_many'
  | 'unavailable'
  | 'not_configured'

export type IdentityErrorCode =
  | 'credentials_wrong'
  | 'locked_out'
  | 'email_taken'
  | 'invitation_invalid'
  | 'reset_invalid'
  | 'confirmation_invalid'
  | 'password_weak'
  | 'acting_as_required'
  | 'ticket_invalid'
  | 'step_up_required'
  | 'mfa_required'
export type IdempotencyErrorCode = 'idempotency_key_reused' | 'idempotency_in_progress'
export type AdmissionErrorCode = 'already_admitted' | 'not_admitted' | 'bed_taken'
export type DeviceErrorCode = 'device_assigned' | 'serial_taken'
export type AlarmErrorCode = 'alarm_closed' | 'snooze_refused' | 'thresholds_overlap' | 'thresholds_contradict'
export type PatientErrorCode =
  | 'mrn_taken'
  | 'possible_duplicate'
  | 'merge_refused'
  | 'last_self_access'
  | 'offer_invalid'
export type DoctorErrorCode = 'licence_taken'
export type CaseErrorCode = 'case_status_refused'
/** `contact_missing`: the file does not say where to. */
export type DocumentErrorCode = 'contact_missing' | 'not_agreed'
export type AppointmentErrorCode = 'slot_taken'

export type ErrorCode =
  | CommonErrorCode
  | IdentityErrorCode
  | IdempotencyErrorCode
  | AdmissionErrorCode
  | DeviceErrorCode
  | AlarmErrorCode
  | PatientErrorCode
  | DoctorErrorCode
  | CaseErrorCode
  | DocumentErrorCode
  | AppointmentErrorCode

const retryableCodes: ReadonlySet<ErrorCode> = new Set(['too_many', 'unavailable', 'idempotency_in_progress'])

/** The only error a verb throws on purpose. Everything else is a defect and leaves the house without its text. */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message)
    this.code = code
    this.details = details
  }

  /** Whether the same request may succeed later without being changed. */
  get retryable(): boolean {
    return retryableCodes.has(this.code)
  }
}

export function notFound(resource: string): DomainError {
  return new DomainError('not_found', `No such ${resource}.`, { resource })
}

/** Turns `not_found` of what a resource belongs to into that of the resource itself; other errors stay what they are. */
export function asIfAbsent(resource: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof DomainError && error.code === 'not_found' ? notFound(resource) : error
  }
}

/** For a change of what somebody else has changed since it was read; `what` it is to whoever asks. */
export function staleVersion(what: string): DomainError {
  return new DomainError('stale_version', `Somebody changed this ${what} meanwhile; read it again.`, {
    field: 'version',
  })
}

export function forbidden(): DomainError {
  return new DomainError('forbidden', 'Your role does not allow this.')
}

export function invalid(field: string, expected: string): DomainError {
  return new DomainError('invalid', `${field}: ${expected}.`, { field, expected })
}
