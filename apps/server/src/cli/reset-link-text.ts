import type { Settings } from '../configuration/settings.ts'
import { letterLink } from '../mail/letter-link.ts'

/** The link as an operator passes it on. */
export function resetLinkText(
  { PUBLIC_URL, HOST, PORT }: Pick<Settings, 'PUBLIC_URL' | 'HOST' | 'PORT'>,
  { token, expiresAt }: { token: string; expiresAt: string },
): string {
  const link = letterLink('set-password', { url: PUBLIC_URL ?? `http://${HOST}:${PORT}`, token })
  return `${link}\nGood once, until ${expiresAt}. Whoever has it has the login.\n`
}
