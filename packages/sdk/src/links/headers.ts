import type { OperationContext } from '@trpc/client'
import type { SessionStore } from '../auth/session.ts'
import type { Caller } from '../auth/session-state.ts'
import { uuid } from './uuid.ts'

/** Marks a call that is nobody's: signing in must not fail for what a login before it may no longer do. */
export const isAnonymous = 'isAnonymous'

/** The headers of a call: who asks and in which capacity, its request id, its idempotency key. Never part of a URL. */
export function headersOf(
  caller: Caller,
  mode: SessionStore['mode'],
  context: OperationContext,
): Record<string, string> {
  const headers: Record<string, string> = { 'x-request-id': textOf(context['requestId']) ?? uuid() }
  const key = textOf(context['idempotencyKey'])
  if (key !== undefined) headers['idempotency-key'] = key
  if (context[isAnonymous] !== true) {
    if (caller.token !== null) headers['authorization'] = `Bearer ${caller.token}`
    if (caller.actingAs !== null) headers['x-acting-as'] = caller.actingAs
  }
  // A page of another site can send our cookie, but not this header.
  if (mode === 'cookie') headers['x-chartwire-client'] = 'browser'
  return headers
}

/** Cookies travel only where the session is one: a token never mixes with somebody else's cookie. */
export function credentialsOf(mode: SessionStore['mode']): 'include' | 'omit' {
  return mode === 'cookie' ? 'include' : 'omit'
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
