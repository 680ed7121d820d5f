import type { Query } from '../database/sql.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import { type AuditEntry, type AuditOrigin, platformChain } from './audit-entry.ts'

export interface OriginatedEntry extends AuditEntry {
  origin: AuditOrigin
}

interface Head {
  chain: string
  seq: number
  mac: Buffer
}

/** The columns that a link's MAC covers, in this order; reading them back must give the same text. */
export interface LinkContent {
  chain: string
  seq: number
  at: string
  actor: string
  capacity: unknown
  action: string
  resourceType: string
  resourceId: string | null
  patientIds: readonly string[]
  requestId: string
  changed: readonly string[]
  detail: unknown
  /** Null for entries from before purposes were recorded, too: such a link's MAC is made without it. */
  purpose: string | null
}

export function linkMac(keys: KeyRing, previous: Buffer, link: LinkContent): Buffer {
  return keys.auditMac(
    JSON.stringify([
      previous.toString('base64'),
      link.chain,
      link.seq,
      link.at,
      link.actor,
      sorted(link.capacity),
      link.action,
      link.resourceType,
      link.resourceId,
      link.patientIds,
      link.requestId,
      link.changed,
      sorted(link.detail),
      ...(link.purpose === null ? [] : [link.purpose]),
    ]),
  )
}

/** The head is sealed too, so that cutting off the tail and stepping the head back takes the key. */
export function headSeal(keys: KeyRing, head: Head): Buffer {
  return keys.auditMac(`head\0${head.chain}\0${head.seq}\0${head.mac.toString('base64')}`)
}

/** jsonb gives keys back in an order of its own. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value ?? null
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
}

/**
 * Appends entries to their hospitals' chains. Takes each chain's head row until commit, so call it last in a transaction:
 * what is serialised is then one commit, and a whole bedside batch is one entry. Chains are taken in the order of their
 * ids, and every other lock of a transaction is taken before the first of them, so that no two can wait for each other.
 */
export async function appendToChain(sql: Query, keys: KeyRing, entries: readonly OriginatedEntry[]): Promise<void> {
  const byChain = Map.groupBy(entries, (entry) => entry.hospitalId ?? platformChain)
  for (const chain of [...byChain.keys()].sort()) {
    const head = await takeHead(sql, chain)
    const rows = (byChain.get(chain) ?? []).map((entry): LinkContent & { mac: string } => {
      head.seq += 1
      const link: LinkContent = {
        chain,
        seq: head.seq,
        at: entry.origin.at,
        actor: entry.origin.actor,
        capacity: entry.origin.capacity,
        action: entry.action,
        resourceType: entry.resource.type,
        resourceId: entry.resource.id,
        patientIds: entry.patientIds,
        requestId: entry.origin.requestId,
        changed: entry.changed ?? [],
        detail: entry.detail ?? null,
        purpose: entry.origin.purpose,
      }
      head.mac = linkMac(keys, head.mac, link)
      return { ...link, mac: head.mac.toString('hex') }
    })
    await sql({
      name: 'audit_append',
      text: `with appended as (
               insert into audit_entry (chain, seq, at, actor, capacity, action, resource_type, resource_id,
                                        patient_ids, request_id, changed, detail, purpose, mac)
               select $1, e.seq, e.at, e.actor, e.capacity, e.action, e."resourceType", e."resourceId",
                      e."patientIds", e."requestId", e.changed, e.detail, e.purpose, decode(e.mac, 'hex')
                 from jsonb_to_recordset($2) as e(seq bigint, at timestamptz, actor text, capacity jsonb, action text,
                      "resourceType" text, "resourceId" text, "patientIds" uuid[], "requestId" text, changed text[],
                      detail jsonb, purpose text, mac text))
             update audit_chain set seq = $3, mac = $4, seal = $5 where chain = $1`,
      values: [chain, JSON.stringify(rows), head.seq, head.mac, headSeal(keys, head)],
    })
  }
}

async function takeHead(sql: Query, chain: string): Promise<Head> {
  const read = () =>
    sql<Head>({
      name: 'audit_take_head',
      text: 'select chain, seq, mac from audit_chain where chain = $1 for update',
      values: [chain],
    })
  const [head] = await read()
  if (head) return head
  await sql({
    text: `insert into audit_chain (chain, seq, mac, seal) values ($1, 0, '', '') on conflict do nothing`,
    values: [chain],
  })
  const [begun] = await read()
  if (!begun) throw new Error('The audit chain has no head.')
  return begun
}
