import type { OperationContext } from '@trpc/client'
import type { SessionState } from '../auth/session-state.ts'
import { uuid } from './identity-link.ts'

/** The headers of a call: who asks and in which capacity, its request id, its idempotency key. Never part of a URL. */
export function headersOf(state: SessionState, context: OperationContext): Record<string, string> {
  const headers: Record<string, string> = { 'x-request-id': textOf(context['requestId']) ?? uuid() }
  const key = textOf(context['idempotencyKey'])
  if (key !== undefined) headers['idempotency-key'] = key
  const token = state.current?.token
  if (typeof token === 'string') headers['authorization'] = `Bearer ${token}`
  if (state.actingAs !== null) headers['x-acting-as'] = state.actingAs
  // A page of another site can send our cookie, but not this header.
  if (state.store.mode === 'cookie') headers['x-chartwire-client'] = 'browser'
  return headers
}

/** Cookies travel only where the session is one: a token never mixes with somebody else's cookie. */
export function credentialsOf(state: SessionState): 'include' | 'omit' {
  return state.store.mode === 'cookie' ? 'include' : 'omit'
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
