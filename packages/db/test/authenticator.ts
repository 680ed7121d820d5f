import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import type { PasskeyAssertion, PasskeyRegistration } from '../src/index.ts'

/** What a browser and its authenticator put in; tests say it wrongly on purpose. */
export interface Ceremony {
  challenge: string
  origin: string
  rpId: string
}

const cborText = (text: string) => {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x60 + bytes.length]), bytes])
}

const cborBytes = (bytes: Buffer) => {
  const head = Buffer.alloc(3)
  head.writeUInt8(0x59, 0)
  head.writeUInt16BE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest()

/** A WebAuthn authenticator in software: ES256 (ECDSA on P-256), attestation `none`, WebAuthn Level 3 section 6. */
export class SoftwareAuthenticator {
  readonly credentialId = randomBytes(16)
  readonly #key: KeyObject
  readonly #publicKey: KeyObject
  /** Signatures made; a test turns it back to play a copy. */
  counter = 0
  /** Whether it recognised its user (a fingerprint, a PIN) rather than merely being touched. */
  isUserVerified = true

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#key = privateKey
    this.#publicKey = publicKey
  }

  get id(): string {
    return this.credentialId.toString('base64url')
  }

  register(ceremony: Ceremony): PasskeyRegistration {
    const { x = '', y = '' } = this.#publicKey.export({ format: 'jwk' })
    // COSE_Key: kty EC2, alg ES256, crv P-256, x, y.
    const cose = Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
      Buffer.from(x, 'base64url'),
      Buffer.from([0x22, 0x58, 0x20]),
      Buffer.from(y, 'base64url'),
    ])
    const length = Buffer.alloc(2)
    length.writeUInt16BE(this.credentialId.length)
    const attested = Buffer.concat([Buffer.alloc(16), length, this.credentialId, cose])
    const authData = this.#data(ceremony, { attested })
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]),
      cborText('fmt'),
      cborText('none'),
      cborText('attStmt'),
      Buffer.from([0xa0]),
      cborText('authData'),
      cborBytes(authData),
    ])
    return {
      ...this.#credential(),
      response: {
        clientDataJSON: clientData('webauthn.create', ceremony).toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal'],
      },
    }
  }

  assert(ceremony: Ceremony, userHandle?: string): PasskeyAssertion {
    this.counter += 1
    const authenticatorData = this.#data(ceremony, {})
    const client = clientData('webauthn.get', ceremony)
    const signature = createSign('sha256')
      .update(Buffer.concat([authenticatorData, sha256(client)]))
      .sign(this.#key)
    return {
      ...this.#credential(),
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: signature.toString('base64url'),
        ...(userHandle === undefined ? {} : { userHandle }),
      },
    }
  }

  #credential() {
    return { id: this.id, rawId: this.id, type: 'public-key' } as const
  }

  #data({ rpId }: Ceremony, { attested }: { attested?: Buffer }): Buffer {
    const flags = 0x01 | (this.isUserVerified ? 0x04 : 0) | (attested ? 0x40 : 0)
    const head = Buffer.alloc(5)
    head.writeUInt8(flags, 0)
    head.writeUInt32BE(this.counter, 1)
    return Buffer.concat([sha256(rpId), head, ...(attested ? [attested] : [])])
  }
}

function clientData(type: string, { challenge, origin }: Ceremony): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
}
