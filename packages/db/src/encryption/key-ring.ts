import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

/** Bound into a ciphertext, so that it opens only in the row and column it was made for. */
export interface CipherPlace {
  table: string
  column: string
  id: string
}

const formatVersion = 1
const ivBytes = 12
const tagBytes = 16

interface FieldKey {
  id: number
  field: Buffer
}

/**
 * Field encryption: AES-256-GCM with the key's id in front of every ciphertext, so that keys can be rotated while old
 * rows stay readable. Layout: version (1) | key id (1) | IV (12) | tag (16) | ciphertext.
 *
 * The ring is read from text such as `2:base64key,1:base64key`: the first key encrypts, all of them decrypt. Indexes and
 * the audit chain use keys derived from the *last* (oldest) one, which therefore stays in the ring for good.
 */
export class KeyRing {
  readonly #keys: ReadonlyMap<number, FieldKey>
  readonly #current: FieldKey
  /** Newest first; the first one encrypts. */
  readonly ids: readonly number[]
  readonly #rootId: number
  readonly #index: Buffer
  readonly #audit: Buffer
  readonly #login: Buffer

  private constructor(keys: { id: number; secret: Buffer }[]) {
    const derived = keys.map(({ id, secret }) => ({ id, field: derive(secret, 'field') }))
    const [current] = derived
    const root = keys.at(-1)
    if (!current || !root) throw new TypeError('The key ring is empty.')
    this.#keys = new Map(derived.map((key) => [key.id, key]))
    this.#current = current
    this.#rootId = root.id
    this.ids = keys.map(({ id }) => id)
    this.#index = derive(root.secret, 'blind-index')
    this.#audit = derive(root.secret, 'audit-chain')
    this.#login = derive(root.secret, 'database-login')
  }

  /** @throws TypeError naming what is wrong, never the key. */
  static parse(text: string): KeyRing {
    const keys = text.split(',').map((part) => {
      const [id = '', secret = ''] = part.trim().split(':')
      const bytes = Buffer.from(secret, 'base64')
      if (!/^\d{1,3}$/.test(id) || Number(id) > 255 || bytes.length !== 32) {
        throw new TypeError('expected <number 0-255>:<32 bytes in base64>, comma-separated, newest first')
      }
      return { id: Number(id), secret: bytes }
    })
    if (new Set(keys.map((key) => key.id)).size !== keys.length) throw new TypeError('a key id occurs twice')
    return new KeyRing(keys)
  }

  /** A fresh ring of one key, in the form that `parse` reads. */
  static generate(id = 1): string {
    return `${id}:${randomBytes(32).toString('base64')}`
  }

  /** Of the key that encrypts. */
  get currentId(): number {
    return this.#current.id
  }

  /** Of the key that indexes and the audit chain are made with: it stays in the ring for good. */
  get rootId(): number {
    return this.#rootId
  }

  encrypt(plain: string, place: CipherPlace): Buffer {
    return this.encryptBytes(Buffer.from(plain, 'utf8'), place)
  }

  /** The same for what is no text: a document. */
  encryptBytes(plain: Uint8Array, place: CipherPlace): Buffer {
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#current.field, iv)
    cipher.setAAD(additionalData(place))
    const body = [cipher.update(plain), cipher.final()]
    return Buffer.concat([Buffer.from([formatVersion, this.#current.id]), iv, cipher.getAuthTag(), ...body])
  }

  /** @throws Error when the key is not in the ring, or the ciphertext was changed or moved from another row or column. */
  decrypt(stored: Buffer, place: CipherPlace): string {
    return this.decryptBytes(stored, place).toString('utf8')
  }

  /** The same for what is no text. @throws Error as `decrypt` */
  decryptBytes(stored: Buffer, place: CipherPlace): Buffer {
    const key = stored[0] === formatVersion ? this.#keys.get(stored[1] ?? -1) : undefined
    if (!key) throw new Error(`No key opens ${place.table}.${place.column}.`)
    const iv = stored.subarray(2, 2 + ivBytes)
    const decipher = createDecipheriv('aes-256-gcm', key.field, iv)
    decipher.setAAD(additionalData(place))
    decipher.setAuthTag(stored.subarray(2 + ivBytes, 2 + ivBytes + tagBytes))
    const body = stored.subarray(2 + ivBytes + tagBytes)
    return Buffer.concat([decipher.update(body), decipher.final()])
  }

  /** For equality of what is not stored in clear. `value` must already be in its normal form. */
  blindIndex(purpose: 'email' | 'phone' | 'licence' | 'attempts' | 'idempotent-input', value: string): Buffer {
    return createHmac('sha256', this.#index).update(`${purpose}\0${value}`).digest()
  }

  /** The password of one of our logins to the database; see row-security/logins.ts. */
  databasePassword(login: string): string {
    return createHmac('sha256', this.#login).update(login).digest('base64url')
  }

  /** The link of the audit chain. */
  auditMac(content: string): Buffer {
    return createHmac('sha256', this.#audit).update(content).digest()
  }
}

function derive(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'chartwire', purpose, 32))
}

function additionalData(place: CipherPlace): Buffer {
  return Buffer.from(`${place.table}\0${place.column}\0${place.id}`)
}
