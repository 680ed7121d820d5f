import type { Database } from '@chartwire/db'

type Query = Database['sql']

/** What changes by looking, or counts what was tried: sessions live longer when used, reads are logged. */
const moving = new Set(['session', 'audit_entry', 'audit_chain', 'sign_in_throttle', 'attempt_count'])

/** Rows and their contents, table by table: two footprints are equal when nothing was written in between. */
export async function footprint(sql: Query): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }>({
    text: `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  })
  const counted = tables.filter(({ name }) => !moving.has(name))
  const parts = counted.map(
    ({ name }) =>
      `select '${name}' as name, count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as content from "${name}" t`,
  )
  const rows = await sql<{ name: string; content: string }>({ text: parts.join(' union all ') })
  return Object.fromEntries(rows.map(({ name, content }) => [name, content]))
}
