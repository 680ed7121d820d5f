/** JSON-RPC's number for an internal error; what went wrong is told by `data.code`. */
const anyError = -32603

/**
 * What is refused before a procedure is reached (too many requests, a foreign origin) is answered in REST's form, with
 * the code's name where tRPC has a number. Here it becomes an error like any other.
 */
export function asTrpcAnswer(answer: unknown, httpStatus: number): unknown {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return answer
  const { error } = answer
  if (typeof error !== 'object' || error === null || !('code' in error) || typeof error.code !== 'string') return answer
  const message = 'message' in error && typeof error.message === 'string' ? error.message : 'The request was refused.'
  return { error: { code: anyError, message, data: { httpStatus, retryable: false, ...error } } }
}
