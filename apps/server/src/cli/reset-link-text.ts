import type { Settings } from '../configuration/settings.ts'

/** The link as an operator passes it on. The token stands behind the `#`, which browsers never send. */
export function resetLinkText(
  { PUBLIC_URL, HOST, PORT }: Pick<Settings, 'PUBLIC_URL' | 'HOST' | 'PORT'>,
  { token, expiresAt }: { token: string; expiresAt: string },
): string {
  const base = (PUBLIC_URL ?? `http://${HOST}:${PORT}`).replace(/\/$/, '')
  return `${base}/#/set-password/${token}\nGood once, until ${expiresAt}. Whoever has it has the login.\n`
}
