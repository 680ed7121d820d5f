import { createHash, randomBytes } from 'node:crypto'

/** What opens something for whoever holds it: an invitation, a link from a letter, a half sign-in. Nobody guesses one. */
export function newSecretToken(bytes = 24): string {
  return randomBytes(bytes).toString('base64url')
}

/** All that the database knows of a token, so that it can hand none out. Bare, since there is nothing in it to guess. */
export function secretTokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
