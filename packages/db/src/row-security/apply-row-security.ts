import { createHash } from 'node:crypto'
import type { Client } from 'pg'
import { platformChain } from '../audit/audit-entry.ts'
import { rowRules } from './rules.ts'
import { type Group, groups } from './groups.ts'

/** The scope of a connection, for policies to compare with. `stable`, and worked out once a statement. */
const functions = [
  ...['hospital', 'patient', 'user'].map(
    (part) => `create or replace function scope_${part}() returns uuid language sql stable parallel safe
      return nullif(current_setting('chartwire.${part}', true), '')::uuid`,
  ),
  `create or replace function scope_hospitals() returns uuid[] language sql stable parallel safe
     return case when scope_hospital() is not null then array[scope_hospital()]
                 when scope_patient() is not null
                   then array(select hospital_id from registration where patient_id = scope_patient())
                 else array[]::uuid[] end`,
  // None without a patient: merged_records() of nobody would be one null.
  `create or replace function scope_records() returns uuid[] language sql stable parallel safe
     return case when scope_patient() is null then array[]::uuid[] else array(select merged_records(scope_patient())) end`,
  `create or replace function scope_chains() returns uuid[] language sql stable parallel safe
     return case when scope_user() is null and scope_hospital() is null then array[]::uuid[]
                 else scope_hospitals() || '${platformChain}'::uuid end`,
  // The operators of a search by part of a name are not leakproof: under a policy every row is asked for leave before the
  // index may be (0.4 to 0.7 s for 50,000 patients; 6 to 17 ms so). Ids of the scope's own hospital alone come out, and what is
  // read of them is under the policies still.
  `create or replace function patients_named(part text, name text) returns setof uuid language sql stable parallel safe
     security definer set search_path = public as $$
     select case when r.removed_at is null then p.id else surviving_record(p.id) end
       from patient p join registration r on r.patient_id = p.id and r.hospital_id = scope_hospital()
      where (p.search_name like '%' || plain_name(part) || '%'
             or plain_name(name) <% p.search_name) $$`,
]

const { app, system } = groups

const appendOnly: ReadonlySet<string> = new Set(['audit_entry', 'audit_anchor'])

function grantsOf(table: string): Record<Group, string> {
  // The entries of the audit log and its anchors stay as they are, whoever asks.
  const all = appendOnly.has(table) ? 'select, insert' : 'select, insert, update, delete'
  const { read, insert, update, remove } = ruleOf(table)
  const allowed = { select: read, insert, update, delete: remove }
  const verbs = Object.entries(allowed).flatMap(([verb, condition]) => (condition === false ? [] : [verb]))
  return { app: verbs.join(', '), system: all }
}

function ruleOf(table: string): Record<'read' | 'insert' | 'update' | 'remove' | 'lock', string | false> {
  const {
    read,
    write = read,
    insert = write,
    update = write,
    remove = write,
    lock,
  } = rowRules[table] ?? { read: false }
  return { read, insert, update, remove, lock: lock ?? update }
}

function policiesOf(table: string): string[] {
  const { read, insert, update, remove, lock } = ruleOf(table)
  const policy = (verb: string, clauses: Record<string, string | false>) => {
    const conditions = Object.entries(clauses)
    if (conditions.some(([, condition]) => condition === false)) return []
    const text = conditions.map(([clause, condition]) => `${clause} (${condition})`).join(' ')
    return [`create policy scope_${verb} on ${table} for ${verb} to ${app} ${text}`]
  }
  return [
    `create policy system_all on ${table} to ${system} using (true) with check (true)`,
    ...policy('select', { using: read }),
    ...policy('insert', { 'with check': insert }),
    ...policy('update', { using: lock, 'with check': update }),
    ...policy('delete', { using: remove }),
  ]
}

function statementsOf(table: string): string[] {
  const grants = grantsOf(table)
  return [
    `alter table ${table} enable row level security`,
    ...['system_all', 'scope_select', 'scope_insert', 'scope_update', 'scope_delete'].map(
      (policy) => `drop policy if exists ${policy} on ${table}`,
    ),
    ...policiesOf(table),
    `revoke all on ${table} from ${app}, ${system}`,
    ...(grants.app === '' ? [] : [`grant ${grants.app} on ${table} to ${app}`]),
    `grant ${grants.system} on ${table} to ${system}`,
  ]
}

/**
 * Makes the database's policies and grants what `rules.ts` says. Touches nothing when they are so already: each statement
 * locks its table against everybody for a moment.
 */
export async function applyRowSecurity(owner: Client): Promise<void> {
  const statements = [
    `grant usage on schema public to ${app}, ${system}`,
    ...functions,
    ...Object.keys(rowRules).flatMap(statementsOf),
  ]
  const digest = createHash('sha256').update(statements.join(';')).digest('hex')
  const policies = statements.filter((statement) => statement.startsWith('create policy')).length
  // A dump that was restored before the groups were there has lost policies and grants, and kept the digest.
  const { rows } = await owner.query<{ isSo: boolean | null }>(
    `select obj_description(to_regprocedure('scope_hospital()'), 'pg_proc') = $1
        and (select count(*) from pg_policies where schemaname = 'public' and policyname ~ '^(scope|system)_') = $2
        and has_table_privilege($3, 'patient', 'select') and has_table_privilege($4, 'patient', 'select') "isSo"`,
    [digest, policies, app, system],
  )
  if (rows[0]?.isSo === true) return
  await owner.query('begin')
  try {
    for (const statement of statements) await owner.query(statement)
    await owner.query(`comment on function scope_hospital() is '${digest}'`)
    await owner.query('commit')
  } catch (error) {
    await owner.query('rollback')
    throw error
  }
}
