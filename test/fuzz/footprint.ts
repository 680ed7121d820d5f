import { Client } from 'pg'

/** What changes by looking, or counts what was tried: sessions live longer when used, reads are logged. */
const moving = new Set(['session', 'audit_entry', 'audit_chain', 'sign_in_throttle', 'attempt_count'])

/**
 * Rows and their contents, table by table: two footprints are equal when nothing was written in between. Looked at as the
 * owner of the tables, who sees them all.
 */
export async function footprint(url: string): Promise<Record<string, string>> {
  const owner = new Client({ connectionString: url })
  await owner.connect()
  try {
    const tables = await owner.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
    )
    const parts = tables.rows
      .filter(({ name }) => !moving.has(name))
      .map(
        ({ name }) =>
          `select '${name}' as name, count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as content from "${name}" t`,
      )
    const { rows } = await owner.query<{ name: string; content: string }>(parts.join(' union all '))
    return Object.fromEntries(rows.map(({ name, content }) => [name, content]))
  } finally {
    await owner.end()
  }
}
