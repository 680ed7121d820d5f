import type { Query } from '../database/sql.ts'
import type { KeyRing } from '../encryption/key-ring.ts'

export interface HospitalDetails {
  id: string
  name: string
  timeZone: string
  street: string | null
  postalCode: string | null
  city: string | null
  region: string | null
  country: string | null
  phone: string | null
  email: string | null
  website: string | null
  specialities: string[]
  since: string
  closedAt: string | null
  /** Give it back when changing the hospital. */
  version: number
}

interface Stored extends Omit<HospitalDetails, 'phone' | 'email'> {
  phoneCipher: Buffer | null
  emailCipher: Buffer | null
}

const columns = `h.id, h.name, h.time_zone "timeZone", h.street, h.postal_code "postalCode", h.city, h.region, h.country,
  h.phone_cipher "phoneCipher", h.email_cipher "emailCipher", h.website, h.specialities, h.created_at since,
  h.closed_at "closedAt", h.version`

/** `where` names the hospital `h`; `$1`... are the values. */
export async function findHospitals(
  { sql, keys }: { sql: Query; keys: KeyRing },
  where: string,
  values: unknown[],
): Promise<HospitalDetails[]> {
  const rows = await sql<Stored>({ text: `select ${columns} from hospital h where ${where}`, values })
  return rows.map(({ phoneCipher, emailCipher, ...hospital }) => {
    const open = (column: string, cipher: Buffer | null) =>
      cipher === null ? null : keys.decrypt(cipher, { table: 'hospital', column, id: hospital.id })
    return { ...hospital, phone: open('phone', phoneCipher), email: open('email', emailCipher) }
  })
}
