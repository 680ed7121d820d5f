/**
 * Where the console takes up a link that somebody was sent. The token stands behind the `#`, which browsers never send, so
 * that no server's log holds it.
 */
export function letterLink(
  kind: 'set-password' | 'join' | 'confirm' | 'document',
  { url, token }: { url: string; token: string },
): string {
  return `${url.replace(/\/$/, '')}/#/${kind}/${token}`
}
