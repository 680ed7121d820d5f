import type { Query } from '../database/sql.ts'
import { recordRead } from './record-read.ts'
import type { Ctx } from '../kernel/context.ts'
import type { LinkContent } from './chain.ts'

export interface ExportSpan {
  hospitalId: string
  /** Instants: `from` inclusive, `until` exclusive; null leaves that side open. */
  from: Date | null
  until: Date | null
}

/** An entry as it is exported: what its MAC covers, and the MAC in hexadecimal. */
export interface ExportedEntry extends LinkContent {
  mac: string
}

const pageSize = 1000

/**
 * The entries of a hospital's chain in their order, a page at a time. The export is itself recorded in that chain before
 * the first entry is handed out. For the operator, so there is no actor to authorise.
 */
export async function* exportChain(ctx: Ctx, { hospitalId, from, until }: ExportSpan): AsyncGenerator<ExportedEntry[]> {
  await recordRead(ctx, {
    hospitalId,
    action: 'audit.export',
    resource: { type: 'hospital', id: hospitalId },
    patientIds: [],
    detail: { from: from?.toISOString() ?? null, until: until?.toISOString() ?? null },
  })
  let after = 0
  for (;;) {
    const page = await readPage(ctx.sql, { hospitalId, from, until, after })
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (!last || page.length < pageSize) return
    after = last.seq
  }
}

function readPage(
  sql: Query,
  { hospitalId, from, until, after }: ExportSpan & { after: number },
): Promise<ExportedEntry[]> {
  return sql<ExportedEntry>({
    text: `select chain, seq, at, actor, capacity, action, resource_type "resourceType", resource_id "resourceId",
                  patient_ids "patientIds", request_id "requestId", changed, detail, purpose, encode(mac, 'hex') mac
             from audit_entry
            where chain = $1 and seq > $2 and ($3::timestamptz is null or at >= $3) and ($4::timestamptz is null or at < $4)
            order by seq limit ${pageSize}`,
    values: [hospitalId, after, from, until],
  })
}
