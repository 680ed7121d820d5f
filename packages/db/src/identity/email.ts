import { invalid } from '../kernel/errors.ts'

/** The form under which an address is compared and stored: trimmed and lower case. */
export function normaliseEmail(email: string): string {
  const normal = email.trim().toLowerCase()
  if (normal.length > 254 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(normal)) throw invalid('email', 'an e-mail address')
  return normal
}
