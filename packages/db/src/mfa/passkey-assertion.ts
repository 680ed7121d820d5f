import {
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server'
import { readTicket } from '../identity/sign-in-ticket.ts'
import { ownLogin } from '../identity/own-login.ts'
import type { Ctx } from '../kernel/context.ts'
import { type ChallengePurpose, issueChallenge, takeChallenge } from './passkey-challenge.ts'
import type { RelyingParty } from './relying-party.ts'

/** What an authenticator answers, as `PublicKeyCredential.toJSON` writes it; bytes are base64url. */
export interface PasskeyAssertion {
  id: string
  rawId: string
  type: 'public-key'
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string | undefined }
}

interface StoredPasskey {
  id: string
  userId: string
  publicKey: Buffer
  counter: number
}

interface Assertion {
  response: PasskeyAssertion
  purpose: Exclude<ChallengePurpose, 'register'>
  /** Whose passkey it must be; null where the passkey says so. */
  userId: string | null
  relyingParty: RelyingParty
}

/**
 * Whose passkey signed a challenge of ours; null for whatever is wrong about it, without saying what. The challenge is
 * taken first, so that an answer counts once, and the counter moves on by compare-and-set: one that does not grow comes
 * from a copy.
 */
export async function acceptPasskey(
  ctx: Ctx,
  { response, purpose, userId, relyingParty }: Assertion,
): Promise<string | null> {
  const { sql } = ctx.db
  const { id, rawId, type } = response
  const { clientDataJSON, authenticatorData, signature, userHandle } = response.response
  const expectedChallenge = await takeChallenge(ctx, { clientDataJSON, purpose, userId })
  if (expectedChallenge === null) return null
  const [passkey] = await sql<StoredPasskey>({
    name: 'passkey_find',
    text: `select k.id, k.user_id "userId", k.public_key "publicKey", k.counter
             from passkey k join app_user u on u.id = k.user_id and u.disabled_at is null where k.credential_id = $1`,
    values: [id],
  })
  if (!passkey || (userId !== null && passkey.userId !== userId)) return null
  if (userHandle !== undefined && userHandle !== handleOf(passkey.userId)) return null
  const counter = await verifiedCounter({
    response: {
      id,
      rawId,
      type,
      clientExtensionResults: {},
      response: { clientDataJSON, authenticatorData, signature },
    },
    expectedChallenge,
    expectedOrigin: [...relyingParty.origins],
    expectedRPID: relyingParty.id,
    credential: { id, publicKey: new Uint8Array(passkey.publicKey), counter: passkey.counter },
    // Alone it stands for both factors; after a password, or in an open session, touching it is enough.
    requireUserVerification: purpose === 'sign-in',
  })
  if (counter === null) return null
  const moved = await sql({
    name: 'passkey_counter',
    text: `update passkey set counter = $2, last_used_at = $3
            where id = $1 and (counter < $2 or (counter = 0 and $2 = 0)) returning id`,
    values: [passkey.id, counter, ctx.now()],
  })
  return moved.length === 1 ? passkey.userId : null
}

async function verifiedCounter(options: Parameters<typeof verifyAuthenticationResponse>[0]): Promise<number | null> {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse(options)
    return verified ? authenticationInfo.newCounter : null
  } catch {
    // The library says by exceptions what does not match, down to bytes that cannot be read: all of it is a refusal.
    return null
  }
}

/** The login as its passkeys keep it. */
export function handleOf(userId: string): string {
  return userBytes(userId).toString('base64url')
}

export function userBytes(userId: string): Buffer {
  return Buffer.from(userId.replaceAll('-', ''), 'hex')
}

export type PasskeyRequest = PublicKeyCredentialRequestOptionsJSON

/** What a browser is asked to sign to sign in with a passkey: alone, or as the second step of a ticket. */
export async function passkeySignInOptions(
  ctx: Ctx,
  { ticket, userAgent, relyingParty }: { ticket: string | null; userAgent: string | null; relyingParty: RelyingParty },
): Promise<PasskeyRequest> {
  if (ticket === null) return requestOptions(ctx, { purpose: 'sign-in', userId: null, relyingParty })
  const userId = await readTicket(ctx, { ticket, userAgent })
  return requestOptions(ctx, { purpose: 'second-factor', userId, relyingParty })
}

/** The same for stepping up. */
export function passkeyStepUpOptions(
  ctx: Ctx,
  { relyingParty }: { relyingParty: RelyingParty },
): Promise<PasskeyRequest> {
  return requestOptions(ctx, { purpose: 'step-up', userId: ownLogin(ctx).userId, relyingParty })
}

async function requestOptions(
  ctx: Ctx,
  { purpose, userId, relyingParty }: Omit<Assertion, 'response'>,
): Promise<PasskeyRequest> {
  const known =
    userId === null
      ? []
      : await ctx.db.sql<{ id: string; transports: string }>({
          text: 'select credential_id id, transports from passkey where user_id = $1 order by id',
          values: [userId],
        })
  return generateAuthenticationOptions({
    rpID: relyingParty.id,
    challenge: await issueChallenge(ctx, { purpose, userId }),
    userVerification: purpose === 'sign-in' ? 'required' : 'preferred',
    allowCredentials: known.map(({ id, transports }) => ({ id, transports: transportList(transports) })),
  })
}

/** Stored as words with spaces between. */
export const transportList = (text: string): string[] => text.split(' ').filter((word) => word !== '')
