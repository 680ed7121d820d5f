import { useSyncExternalStore } from 'react'

/**
 * Where in the console one is. It lives behind the `#`, which browsers never send: a patient's id reaches no server log
 * through an address.
 */
export type Route =
  | { page: 'wards' }
  | { page: 'ward'; wardId: string }
  | { page: 'wall'; wardId: string }
  | { page: 'patient'; wardId: string; patientId: string }

export function parseRoute(hash: string): Route {
  const [kind, wardId, part, patientId] = hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent)
  if (wardId === undefined || wardId === '') return { page: 'wards' }
  if (kind === 'wall') return { page: 'wall', wardId }
  if (kind !== 'ward') return { page: 'wards' }
  return part === 'patient' && patientId ? { page: 'patient', wardId, patientId } : { page: 'ward', wardId }
}

const letterLinks = ['set-password', 'join', 'confirm', 'document'] as const

/** A link from a letter, with what opens it; behind the `#` too, so that no log ever holds it. */
export interface LetterLink {
  kind: (typeof letterLinks)[number]
  token: string
}

export function letterLink(hash: string): LetterLink | null {
  const [kind, token] = hash.replace(/^#\/?/, '').split('/')
  if (token === undefined || token === '') return null
  const known = letterLinks.find((one) => one === kind)
  return known === undefined ? null : { kind: known, token }
}

export const securityHref = '#/security'

export function isSecurityPage(hash: string): boolean {
  return hash === securityHref
}

export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'wards':
      return '#/'
    case 'ward':
    case 'wall':
      return `#/${route.page}/${encodeURIComponent(route.wardId)}`
    case 'patient':
      return `#/ward/${encodeURIComponent(route.wardId)}/patient/${encodeURIComponent(route.patientId)}`
  }
}

export function go(route: Route): void {
  location.hash = hrefOf(route)
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

/** The address as it stands; turn it into a route with `parseRoute`. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => location.hash)
}
