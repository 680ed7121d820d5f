import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type VerifiedRegistrationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { violatedConstraint } from '../database/sql-state.ts'
import { transact } from '../database/transact.ts'
import { ownLogin } from '../identity/own-login.ts'
import { requireStepUp } from '../identity/step-up.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import { addFactor, type FactorAdded, removeFactor } from './change-factors.ts'
import { Passkey } from './mfa.entity.ts'
import { transportList, userBytes } from './passkey-assertion.ts'
import { issueChallenge, takeChallenge } from './passkey-challenge.ts'
import type { RelyingParty } from './relying-party.ts'
import { loginEmailPlace } from '../identity/login-email.ts'

const mostPasskeys = 20
/** COSE's names of EdDSA, ES256 and RS256: every authenticator has one of them. */
const algorithms = [-8, -7, -257]

export type PasskeyCreation = PublicKeyCredentialCreationOptionsJSON

/** What an authenticator answers, as `PublicKeyCredential.toJSON` writes it; bytes are base64url. */
export interface PasskeyRegistration {
  id: string
  rawId: string
  type: 'public-key'
  response: { clientDataJSON: string; attestationObject: string; transports?: string[] | undefined }
}

export interface PasskeyRow {
  id: string
  name: string
  createdAt: string
  lastUsedAt: string | null
}

/** What a browser needs to make a passkey for this login. @throws DomainError `step_up_required`, `too_many` */
export async function passkeyRegistrationOptions(
  ctx: Ctx,
  { relyingParty }: { relyingParty: RelyingParty },
): Promise<PasskeyCreation> {
  await requireStepUp(ctx)
  const { userId } = ownLogin(ctx)
  const [user] = await ctx.db.sql<{ name: string; emailCipher: Buffer | null }>({
    text: 'select name, email_cipher "emailCipher" from app_user where id = $1',
    values: [userId],
  })
  if (!user) throw notFound('user')
  const known = await ctx.db.sql<{ id: string; transports: string }>({
    text: 'select credential_id id, transports from passkey where user_id = $1 order by id',
    values: [userId],
  })
  if (known.length >= mostPasskeys) throw new DomainError('too_many', `A login has at most ${mostPasskeys} passkeys.`)
  const place = loginEmailPlace(userId)
  return generateRegistrationOptions({
    rpName: 'Chartwire',
    rpID: relyingParty.id,
    userID: new Uint8Array(userBytes(userId)),
    userName: user.emailCipher === null ? user.name : ctx.db.keys.decrypt(user.emailCipher, place),
    userDisplayName: user.name,
    challenge: await issueChallenge(ctx, { purpose: 'register', userId }),
    attestationType: 'none',
    supportedAlgorithmIDs: algorithms,
    // The same authenticator twice would be one factor under two names.
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports: transportList(transports) })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  })
}

/**
 * Stores a passkey that answers a challenge of this login's. Ends the login's other sessions and gives this one another
 * token.
 *
 * @throws DomainError `step_up_required`, `credentials_wrong`, `conflict` for one that is registered already
 */
export async function registerPasskey(
  ctx: Ctx,
  { name, response, relyingParty }: { name: string; response: PasskeyRegistration; relyingParty: RelyingParty },
): Promise<FactorAdded & { id: string }> {
  await requireStepUp(ctx)
  const { userId } = ownLogin(ctx)
  const { clientDataJSON, transports = [] } = response.response
  const expectedChallenge = await takeChallenge(ctx, { clientDataJSON, purpose: 'register', userId })
  const info =
    expectedChallenge === null ? null : await verifiedCredential({ response, expectedChallenge, relyingParty })
  if (info === null) {
    throw new DomainError('credentials_wrong', 'This passkey could not be verified.', { field: 'response' })
  }
  const id = ctx.newId()
  const added = await addFactor(ctx, { action: 'mfa.passkey-add', kind: 'passkey-added' }, async (tx) => {
    tx.em.create(Passkey, {
      id,
      userId,
      credentialId: info.credential.id,
      publicKey: Buffer.from(info.credential.publicKey),
      counter: info.credential.counter,
      transports: transports.join(' '),
      name,
      createdAt: ctx.now(),
      lastUsedAt: null,
    })
    try {
      await tx.em.flush()
    } catch (error) {
      if (violatedConstraint(error) === 'passkey_credential_id_unique') {
        throw new DomainError('conflict', 'This passkey is registered already.', { field: 'response' })
      }
      throw error
    }
  })
  return { id, ...added }
}

type Verified = Extract<VerifiedRegistrationResponse, { verified: true }>['registrationInfo']

async function verifiedCredential({
  response,
  expectedChallenge,
  relyingParty,
}: {
  response: PasskeyRegistration
  expectedChallenge: string
  relyingParty: RelyingParty
}): Promise<Verified | null> {
  const { id, rawId, type } = response
  const { clientDataJSON, attestationObject } = response.response
  try {
    const result = await verifyRegistrationResponse({
      response: { id, rawId, type, clientExtensionResults: {}, response: { clientDataJSON, attestationObject } },
      expectedChallenge,
      expectedOrigin: [...relyingParty.origins],
      expectedRPID: relyingParty.id,
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    })
    return result.verified ? result.registrationInfo : null
  } catch {
    // The library says by exceptions what does not match, down to bytes that cannot be read: all of it is a refusal.
    return null
  }
}

/** The passkeys of the login of this request, oldest first. */
export function listPasskeys(ctx: Ctx): Promise<PasskeyRow[]> {
  return ctx.sql<PasskeyRow>({
    text: `select id, name, created_at "createdAt", last_used_at "lastUsedAt" from passkey where user_id = $1 order by id`,
    values: [ownLogin(ctx).userId],
  })
}

/** @throws DomainError `not_found` */
export async function renamePasskey(ctx: Ctx, { id, name }: { id: string; name: string }): Promise<{ renamed: true }> {
  const { userId } = ownLogin(ctx)
  return transact(ctx, async (tx) => {
    const renamed = await tx.sql({
      text: 'update passkey set name = $3 where id = $1 and user_id = $2 returning id',
      values: [id, userId, name],
    })
    if (renamed.length !== 1) throw notFound('passkey')
    tx.audit({ hospitalId: null, action: 'mfa.passkey-rename', resource: { type: 'passkey', id }, patientIds: [] })
    return { renamed: true as const }
  })
}

/** @throws DomainError `step_up_required`, `not_found`, `mfa_required` when it is the last one and a hospital wants one */
export function removePasskey(ctx: Ctx, { id }: { id: string }): Promise<{ removed: true }> {
  return removeFactor(ctx, { action: 'mfa.passkey-remove', kind: 'passkey-removed' }, async (tx, userId) => {
    const removed = await tx.sql({
      text: 'delete from passkey where id = $1 and user_id = $2 returning id',
      values: [id, userId],
    })
    if (removed.length !== 1) throw notFound('passkey')
  })
}
