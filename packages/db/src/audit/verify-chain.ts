import type { Query } from '../database/sql.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import type { Anchor } from './anchors.ts'
import { platformChain } from './audit-entry.ts'
import { headSeal, type LinkContent, linkMac } from './chain.ts'

export type ChainVerdict =
  | { chain: string; intact: true; entries: number }
  | { chain: string; intact: false; entries: number; firstBadSeq: number; fault: ChainFault }

/**
 * `edited`: a row or its MAC was changed. `missing`: a number is skipped. `truncated`: the tail or the head was touched.
 * `put-back`: sound in itself, and not what an anchor says it was: an older state was put in its place.
 */
export type ChainFault = 'edited' | 'missing' | 'truncated' | 'put-back'

interface StoredLink extends LinkContent {
  mac: Buffer
}

const pageSize = 1000

interface StoredHead {
  chain: string
  seq: number
  mac: Buffer
  seal: Buffer
  /** The last entry there is. */
  last: number
}

/**
 * Walks one chain from its first entry to the head as it stands at the beginning, and says where it stops being what was
 * written. What is appended meanwhile is the next run's.
 */
export async function verifyChain(
  sql: Query,
  keys: KeyRing,
  chain: string,
  anchors: readonly Anchor[] = [],
): Promise<ChainVerdict> {
  const anchored = anchoredMacs(anchors, chain)
  const anchoredEnd = Math.max(0, ...anchored.keys())
  let previous: Buffer = Buffer.alloc(0)
  let seq = 0
  const [head] = await sql<StoredHead>({
    text: `select chain, seq, mac, seal, coalesce((select max(seq) from audit_entry e where e.chain = h.chain), 0) last
             from audit_chain h where chain = $1`,
    values: [chain],
  })
  // Without a head there is nothing to compare with: a chain begins together with its head.
  if (!head) return bad('truncated', 1)
  while (seq < head.last) {
    const page = await sql<StoredLink>({
      text: `select chain, seq, at, actor, capacity, action, resource_type "resourceType", resource_id "resourceId",
                    patient_ids "patientIds", request_id "requestId", changed, detail, purpose, mac
               from audit_entry where chain = $1 and seq > $2 and seq <= $3 order by seq limit ${pageSize}`,
      values: [chain, seq, head.last],
    })
    if (page.length === 0) return bad('missing', seq + 1)
    for (const link of page) {
      if (link.seq !== seq + 1) return bad('missing', seq + 1)
      const expected = linkMac(keys, previous, link)
      if (!expected.equals(link.mac)) return bad('edited', link.seq)
      if ((anchored.get(link.seq) ?? link.mac.toString('hex')) !== link.mac.toString('hex')) {
        return bad('put-back', link.seq)
      }
      previous = expected
      seq = link.seq
    }
  }
  // Of no entries too: a head is committed with its first one, so that without the key none stands at nothing.
  const isSealed = headSeal(keys, head).equals(head.seal)
  if (!isSealed || head.seq !== seq || !head.mac.equals(previous)) return bad('truncated', Math.min(head.seq, seq) + 1)
  if (seq < anchoredEnd) return bad('put-back', seq + 1)
  return { chain, intact: true, entries: seq }

  function bad(fault: ChainFault, firstBadSeq: number): ChainVerdict {
    return { chain, intact: false, entries: seq, firstBadSeq, fault }
  }
}

/**
 * Every chain that is there, or ought to be: a hospital's begins with its sign-up, the platform's with the first patient's
 * or the first administrator at the latest, and an anchor names what there was.
 */
export async function verifyAllChains(
  sql: Query,
  keys: KeyRing,
  anchors: readonly Anchor[] = [],
): Promise<ChainVerdict[]> {
  const chains = await sql<{ chain: string }>({
    text: `select chain from audit_chain union select chain from audit_entry union select id from hospital
           union select $2::uuid where exists (select from patient_access where granted_by = 'sign-up')
                                     or exists (select from platform_admin)
           union select unnest($1::uuid[]) order by 1`,
    values: [anchors.flatMap(({ heads }) => heads.map(({ chain }) => chain)), platformChain],
  })
  const verdicts: ChainVerdict[] = []
  for (const { chain } of chains) verdicts.push(await verifyChain(sql, keys, chain, anchors))
  return verdicts
}

function anchoredMacs(anchors: readonly Anchor[], chain: string): Map<number, string> {
  const macs = new Map<number, string>()
  for (const { heads } of anchors) {
    for (const head of heads) if (head.chain === chain) macs.set(head.seq, head.mac)
  }
  return macs
}
