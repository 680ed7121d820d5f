/** Everything that can go wrong in the speech engine, as one closed union. */
export type SpeechErrorCode =
  | 'audio.broken'
  | 'audio.empty'
  | 'audio.too_large'
  | 'audio.too_long'
  | 'audio.unsupported'
  | 'audio.needs_converter'
  | 'engine.busy'
  | 'engine.closed'
  | 'evaluation.invalid'
  | 'model.invalid'
  | 'model.missing'
  | 'model.checksum'
  | 'model.failed'
  | 'session.closed'
  | 'session.overrun'
  | 'session.invalid'

/** `field` names the input at fault; the message never holds a patient's words or sound. */
export class SpeechError extends Error {
  readonly code: SpeechErrorCode
  readonly field: string
  readonly retryable: boolean

  constructor(
    code: SpeechErrorCode,
    message: string,
    options: { field: string; retryable?: boolean; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'SpeechError'
    this.code = code
    this.field = options.field
    this.retryable = options.retryable ?? false
  }
}
