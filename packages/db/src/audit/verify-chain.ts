import type { Query } from '../database/sql.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import { headSeal, type LinkContent, linkMac } from './chain.ts'

export type ChainVerdict =
  | { chain: string; intact: true; entries: number }
  | { chain: string; intact: false; entries: number; firstBadSeq: number; fault: ChainFault }

/** `edited`: a row or its MAC was changed. `missing`: a number is skipped. `truncated`: the tail or the head was touched. */
export type ChainFault = 'edited' | 'missing' | 'truncated'

interface StoredLink extends LinkContent {
  mac: Buffer
}

const pageSize = 1000

/** Walks one chain from its first entry and says where it stops being what was written. */
export async function verifyChain(sql: Query, keys: KeyRing, chain: string): Promise<ChainVerdict> {
  let previous: Buffer = Buffer.alloc(0)
  let seq = 0
  for (;;) {
    const page = await sql<StoredLink>({
      text: `select chain, seq, at, actor, capacity, action, resource_type "resourceType", resource_id "resourceId",
                    patient_ids "patientIds", request_id "requestId", changed, detail, mac
               from audit_entry where chain = $1 and seq > $2 order by seq limit ${pageSize}`,
      values: [chain, seq],
    })
    for (const link of page) {
      if (link.seq !== seq + 1) return bad('missing', seq + 1)
      const expected = linkMac(keys, previous, link)
      if (!expected.equals(link.mac)) return bad('edited', link.seq)
      previous = expected
      seq = link.seq
    }
    if (page.length < pageSize) break
  }
  const [head] = await sql<{ chain: string; seq: number; mac: Buffer; seal: Buffer }>({
    text: 'select chain, seq, mac, seal from audit_chain where chain = $1',
    values: [chain],
  })
  if (!head) return seq === 0 ? { chain, intact: true, entries: 0 } : bad('truncated', seq)
  const sealed = head.seq === 0 ? head.seal.length === 0 : headSeal(keys, head).equals(head.seal)
  if (!sealed || head.seq !== seq || !head.mac.equals(previous)) return bad('truncated', Math.min(head.seq, seq) + 1)
  return { chain, intact: true, entries: seq }

  function bad(fault: ChainFault, firstBadSeq: number): ChainVerdict {
    return { chain, intact: false, entries: seq, firstBadSeq, fault }
  }
}

export async function verifyAllChains(sql: Query, keys: KeyRing): Promise<ChainVerdict[]> {
  const chains = await sql<{ chain: string }>({
    text: 'select chain from audit_chain union select distinct chain from audit_entry order by 1',
  })
  const verdicts: ChainVerdict[] = []
  for (const { chain } of chains) verdicts.push(await verifyChain(sql, keys, chain))
  return verdicts
}
