import type { WebSocket } from 'ws'
import { parseModestJson } from './modest-json.ts'
import { TokenBuckets } from './token-buckets.ts'
import { DomainError } from '@chartwire/db'

export interface SocketGateOptions {
  messagesPerMinute: number
  /** Whether the first message must come soon, since nobody knows before it who this is. */
  isAwaited: boolean
  patienceMs: number
}

/** RFC 6455, 7.4.1: a message that goes against the receiver's policy. */
const policyViolation = 1008

/**
 * Stands before a socket's messages: not more of them than a client needs, none that is deep, vast or reaches for a
 * prototype, and a first one soon. What does not pass is never heard of, and the socket is closed.
 */
export function guardSocket(socket: WebSocket, { messagesPerMinute, isAwaited, patienceMs }: SocketGateOptions): void {
  const buckets = new TokenBuckets(messagesPerMinute)
  const refuse = (reason: string) => socket.close(policyViolation, reason)
  const timer = isAwaited ? setTimeout(refuse, patienceMs, 'Nobody introduced themselves.') : undefined
  socket.once('close', () => clearTimeout(timer))

  const passes = (message: unknown): boolean => {
    clearTimeout(timer)
    // What comes after a refusal, while the closing is under way.
    if (socket.readyState !== socket.OPEN) return false
    if (buckets.take('') !== null) {
      refuse('Too many messages.')
      return false
    }
    try {
      parseModestJson(String(message))
    } catch (error) {
      // What is no JSON gets its answer as everywhere.
      if (!(error instanceof DomainError)) return true
      refuse('A message that no client sends.')
      return false
    }
    return true
  }
  const emit = socket.emit.bind(socket) as (event: string | symbol, ...values: unknown[]) => boolean
  // A listener in front could close the socket, yet not keep the message from those behind.
  socket.emit = ((event: string | symbol, ...values: unknown[]) =>
    event === 'message' && !passes(values[0]) ? true : emit(event, ...values)) as typeof socket.emit
}
