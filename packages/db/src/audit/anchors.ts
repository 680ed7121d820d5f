import type { Database } from '../database/open-database.ts'
import { poolTransaction } from '../database/pool-transaction.ts'
import type { Query } from '../database/sql.ts'
import type { KeyRing } from '../encryption/key-ring.ts'

/** Where a chain stood: its last entry, and that entry's MAC in hexadecimal. */
export interface AnchoredHead {
  chain: string
  seq: number
  mac: string
}

/**
 * The heads of all chains at one moment, sealed with the key, each anchor holding the seal of the one before. What the
 * chain alone cannot show, a database put back whole to an older state, shows against an anchor kept elsewhere.
 */
export interface Anchor {
  number: number
  at: string
  heads: AnchoredHead[]
  previous: string
  seal: string
}

const dayMs = 86_400_000

export function anchorSeal(keys: KeyRing, { number, at, heads, previous }: Omit<Anchor, 'seal'>): string {
  const content = [number, at, previous, heads.map(({ chain, seq, mac }) => [chain, seq, mac])]
  return keys.auditMac(`anchor\0${JSON.stringify(content)}`).toString('hex')
}

/**
 * Seals the heads of all chains. Of several processes one does it; without `isForced` only when the last anchor is a day
 * old.
 *
 * @returns null when none was due
 */
export function sealAnchor(
  { pool, keys }: Pick<Database, 'pool' | 'keys'>,
  { now, isForced }: { now: Date; isForced: boolean },
): Promise<Anchor | null> {
  return poolTransaction(pool, {
    work: async (sql) => {
      await sql({ text: `select pg_advisory_xact_lock(hashtextextended('audit-anchor', 0))` })
      const [last] = await readAnchors(sql, { newest: true })
      if (!isForced && last && Date.parse(last.at) > now.getTime() - dayMs) return null
      const heads = await sql<AnchoredHead>({
        text: `select chain, seq, encode(mac, 'hex') mac from audit_chain where seq > 0 order by chain`,
      })
      const content = { number: (last?.number ?? 0) + 1, at: now.toISOString(), heads, previous: last?.seal ?? '' }
      const anchor = { ...content, seal: anchorSeal(keys, content) }
      await sql({
        text: 'insert into audit_anchor (number, at, heads, previous, seal) values ($1, $2, $3, $4, $5)',
        values: [anchor.number, anchor.at, JSON.stringify(heads), anchor.previous, anchor.seal],
      })
      return anchor
    },
  })
}

/** The anchors the database holds, oldest first; or the newest alone. */
export function readAnchors(sql: Query, { newest = false } = {}): Promise<Anchor[]> {
  return sql<Anchor>({
    text: `select number, at, heads, previous, seal from audit_anchor order by number ${newest ? 'desc limit 1' : ''}`,
  })
}

/** For paper: eight groups of four digits. */
export function anchorFingerprint({ seal }: Anchor): string {
  return (seal.slice(0, 32).match(/.{4}/g) ?? []).join(' ')
}
