import { Client, type QueryResult } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FilledHospital, twoHospitals } from '../../test/two-hospitals.ts'
import { connectionOptions } from '../database/sql.ts'
import { ensureLogins } from './logins.ts'
import { rowRules } from './rules.ts'
import { enterScope, hospitalScope, nobodysScope, type Scope, scopeOf } from './scope.ts'

let hospitals: Awaited<ReturnType<typeof twoHospitals>>
let ours: FilledHospital
let theirs: FilledHospital
/** Raw SQL as requests log in, as the system does, and as the owner who sees everything. */
let app: Client
let system: Client
let owner: Client

beforeAll(async () => {
  hospitals = await twoHospitals()
  ;({ ours, theirs } = hospitals)
  const urls = await ensureLogins(ours.url, ours.db.keys)
  const clients = [urls.app, urls.system, ours.url].map(
    (connectionString) => new Client({ connectionString, options: connectionOptions }),
  )
  await Promise.all(clients.map((client) => client.connect()))
  ;[app, system, owner] = clients as [Client, Client, Client]
  // Our patient has a file with them as well: what they recorded is the patient's, and is not ours.
  await owner.query(
    `insert into registration (id, hospital_id, patient_id, mrn, created_at)
     values (gen_random_uuid(), $1, $2, 'X-1', now())`,
    [theirs.hospitalId, ours.patientId],
  )
  await owner.query(
    `insert into vital_reading (patient_id, at, device_id, hospital_id, received_at, flags)
     values ($1, now(), gen_random_uuid(), $2, now(), 0)`,
    [ours.patientId, theirs.hospitalId],
  )
}, 60_000)
afterAll(async () => {
  await Promise.all([app, system, owner].map((client) => client.end()))
  await hospitals[Symbol.asyncDispose]()
})

/** Runs a statement in a scope and takes it back. */
async function inScope(scope: Scope, text: string, values: unknown[] = []): Promise<QueryResult> {
  await app.query('begin')
  try {
    await app.query(enterScope(scope, 'transaction'))
    return await app.query(text, values)
  } finally {
    await app.query('rollback')
  }
}

async function count(client: Client, table: string, where = 'true', values: unknown[] = []): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`select count(*)::int n from ${table} where ${where}`, values)
  return rows[0]?.n ?? 0
}

async function countIn(scope: Scope, table: string, where = 'true', values: unknown[] = []): Promise<number> {
  const { rows } = await inScope(scope, `select count(*)::int n from ${table} where ${where}`, values)
  return Number((rows as { n: number }[])[0]?.n)
}

/** The tables the app may read, that have all of these columns. */
async function tablesWith(...columns: string[]): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `select c.relname as name from pg_class c
      where c.relname = any($1) and (select count(*) from pg_attribute a where a.attrelid = c.oid and a.attname = any($2)) = $3`,
    [readable, columns, columns.length],
  )
  return rows.map(({ name }) => name)
}

const tables = Object.keys(rowRules)
const readable = tables.filter((table) => rowRules[table]?.read !== false)
const refused = { code: '42501' }

describe('without an actor', () => {
  it('nothing comes back from any table, though nearly every one has rows', async () => {
    const filled: string[] = []
    for (const table of tables) {
      if ((await count(owner, table)) > 0) filled.push(table)
      const answer = await countIn(nobodysScope, table).catch((error: { code: string }) => error.code)
      expect({ table, answer }).toEqual({ table, answer: readable.includes(table) ? 0 : refused.code })
    }
    expect(filled).toEqual(
      expect.arrayContaining([
        'patient',
        'registration',
        'admission',
        'alarm',
        'event',
        'patient_monitor',
        'vital_reading',
      ]),
    )
    expect(filled).toEqual(
      expect.arrayContaining(['audit_entry', 'audit_chain', 'idempotency_key', 'app_user', 'session', 'threshold']),
    )
    expect(filled).toEqual(
      expect.arrayContaining(['visit', 'visit_revision', 'visit_internal_note', 'care_case', 'care_case_event']),
    )
  })

  it('a connection that never heard of a scope sees as little', async () => {
    for (const table of readable) expect({ table, rows: await count(app, table) }).toEqual({ table, rows: 0 })
  })

  it('nothing can be written', async () => {
    await expect(
      app.query(`insert into ward (id, hospital_id, name, created_at) values (gen_random_uuid(), $1, 'x', now())`, [
        ours.hospitalId,
      ]),
    ).rejects.toMatchObject(refused)
    expect((await app.query(`update patient set family_name = 'x'`)).rowCount).toBe(0)
    expect((await app.query('delete from device')).rowCount).toBe(0)
  })
})

describe('the staff of a hospital', () => {
  it('see their own rows, all of them, and none of another hospital', async () => {
    const scope = scopeOf(ours.nurse)
    for (const table of await tablesWith('hospital_id')) {
      const own = await count(owner, table, 'hospital_id = $1', [ours.hospitalId])
      expect({ table, rows: await countIn(scope, table, 'hospital_id <> $1', [ours.hospitalId]) }).toEqual({
        table,
        rows: 0,
      })
      expect({ table, rows: await countIn(scope, table) }).toEqual({ table, rows: own })
    }
  })

  it('find patients by name among their own files alone', async () => {
    const [us] = (
      await owner.query<{ name: string }>('select family_name as name from patient where id = $1', [ours.patientId])
    ).rows
    const named = async (scope: Scope, name: string) =>
      (await inScope(scope, 'select patients_named($1, $1) id', [name])).rows.map(({ id }: { id: string }) => id)
    expect(await named(scopeOf(ours.nurse), us?.name ?? '')).toContain(ours.patientId)
    expect(await named(scopeOf(ours.nurse), '')).not.toContain(theirs.patientId)
    expect(await named(scopeOf(theirs.nurse), '')).toContain(theirs.patientId)
    expect(await named(nobodysScope, '')).toEqual([])
  })

  it('see no patient whom only another hospital has a file of, with or without a condition', async () => {
    const scope = scopeOf(ours.admin)
    expect(await countIn(scope, 'patient')).toBe(2)
    expect(await countIn(scope, 'patient', 'id = $1', [theirs.patientId])).toBe(0)
    for (const table of await tablesWith('patient_id')) {
      expect({ table, rows: await countIn(scope, table, 'patient_id = $1', [theirs.patientId]) }).toEqual({
        table,
        rows: 0,
      })
    }
  })

  it('see neither the sessions nor the audit entries nor the stored answers of others', async () => {
    const scope = scopeOf(ours.nurse)
    expect(await countIn(scope, 'audit_entry', 'chain <> $1', [ours.hospitalId])).toBe(0)
    expect(await countIn(scope, 'audit_entry')).toBeGreaterThan(0)
    expect(await countIn(scope, 'session', 'user_id <> $1', [scope.userId])).toBe(0)
    expect(await countIn(scope, 'idempotency_key')).toBe(0)
    expect(await countIn(scopeOf(ours.admin), 'idempotency_key')).toBe(1)
    expect(await countIn(scope, 'app_user', 'id = $1', [scopeOf(theirs.nurse).userId])).toBe(0)
  })

  it('write nothing into another hospital, and cannot move a row of theirs there', async () => {
    const scope = scopeOf(ours.admin)
    await expect(
      inScope(
        scope,
        `insert into ward (id, hospital_id, name, created_at) values (gen_random_uuid(), $1, 'x', now())`,
        [theirs.hospitalId],
      ),
    ).rejects.toMatchObject(refused)
    await expect(inScope(scope, 'update ward set hospital_id = $1', [theirs.hospitalId])).rejects.toMatchObject(refused)
    await expect(
      inScope(
        scope,
        `insert into membership (id, hospital_id, user_id, role, granted_by, created_at)
         values (gen_random_uuid(), $1, $2, 'hospital_admin', 'x', now())`,
        [theirs.hospitalId, scope.userId],
      ),
    ).rejects.toMatchObject(refused)
    const changed = await inScope(scope, `update patient set family_name = 'x' where id = $1`, [theirs.patientId])
    expect(changed.rowCount).toBe(0)
  })

  it('a statement that forgets its condition reaches the own rows alone', async () => {
    const scope = scopeOf(ours.admin)
    for (const table of ['ward', 'device', 'admission', 'alarm', 'patient_monitor', 'vital_reading', 'threshold']) {
      const own = await count(owner, table, 'hospital_id = $1', [ours.hospitalId])
      const { rowCount } = await inScope(scope, `update ${table} set hospital_id = hospital_id`)
      expect({ table, rowCount }).toEqual({ table, rowCount: own })
    }
  })

  it('lock a colleague’s login, to hold its holder in place, and cannot change it', async () => {
    const scope = scopeOf(ours.admin)
    const colleague = scopeOf(ours.nurse).userId
    expect((await inScope(scope, 'select 1 from app_user where id = $1 for share', [colleague])).rowCount).toBe(1)
    const change = `update app_user set name = 'x' where id = $1`
    await expect(inScope(scope, change, [colleague])).rejects.toMatchObject(refused)
    const stranger = await inScope(scope, change, [scopeOf(theirs.nurse).userId])
    expect(stranger.rowCount).toBe(0)
  })

  it('add no patient without a file', async () => {
    const insert = `insert into patient (id, given_name, family_name, birth_date, sex, created_at)
      values (gen_random_uuid(), 'A', 'B', '1970-01-01', 'female', now())`
    await expect(inScope(scopeOf(ours.admin), insert)).rejects.toMatchObject(refused)
  })
})

describe('a patient', () => {
  it('sees the own record at every hospital, and nobody else’s', async () => {
    const scope = scopeOf(ours.patient)
    expect(await countIn(scope, 'patient')).toBe(1)
    expect(await countIn(scope, 'vital_reading')).toBe(2)
    expect(await countIn(scope, 'registration')).toBe(2)
    for (const table of await tablesWith('hospital_id', 'patient_id')) {
      const strangers = await countIn(scope, table, 'patient_id <> $1', [ours.patientId])
      expect({ table, strangers }).toEqual({ table, strangers: 0 })
    }
  })

  it('reads what was written of the own visits, and none of what clinicians note for one another', async () => {
    const scope = scopeOf(ours.patient)
    for (const table of ['visit', 'visit_revision', 'care_case']) {
      expect({ table, rows: await countIn(scope, table) }).toEqual({ table, rows: 1 })
    }
    expect(await count(owner, 'visit_internal_note', 'patient_id = $1', [ours.patientId])).toBe(1)
    expect(await countIn(scope, 'visit_internal_note')).toBe(0)
    const taken = `update visit set erroneous_at = now() where patient_id = $1`
    expect((await inScope(scope, taken, [ours.patientId])).rowCount).toBe(0)
  })

  it('reads the audit entries that name them, and no other', async () => {
    const scope = scopeOf(ours.patient)
    const naming = await count(owner, 'audit_entry', '$1 = any(patient_ids)', [ours.patientId])
    expect(naming).toBeGreaterThan(0)
    expect(await countIn(scope, 'audit_entry')).toBe(naming)
  })

  it('changes neither readings, limits nor their stay', async () => {
    for (const table of ['vital_reading', 'threshold', 'admission', 'registration', 'ward']) {
      const { rowCount } = await inScope(scopeOf(ours.patient), `delete from ${table}`)
      expect({ table, rowCount }).toEqual({ table, rowCount: 0 })
    }
  })
})

describe('the logins', () => {
  const forbidden = [
    'create table public.mine (a int)',
    'alter table patient disable row level security',
    'drop policy scope_select on patient',
    'create policy mine on patient using (true)',
    'alter table audit_entry disable trigger user',
    'truncate patient',
    'drop table patient',
    'select * from migration',
    'update audit_entry set action = action',
    'delete from audit_entry',
    'set role chartwire_app',
    'set role chartwire_system',
    'set session authorization chartwire',
    'alter role current_user bypassrls',
    'create or replace function scope_hospital() returns uuid language sql stable return gen_random_uuid()',
  ]
  it.each(forbidden)('may not: %s', async (text) => {
    for (const client of [app, system]) await expect(client.query(text)).rejects.toThrow(/permission denied|must be/)
  })

  it('own nothing, and no policy is lifted for them', async () => {
    for (const client of [app, system]) {
      const { rows } = await client.query(
        `select (select count(*)::int from pg_class where relowner = r.oid) tables, rolsuper, rolbypassrls, rolcreaterole
           from pg_roles r where rolname = current_user`,
      )
      expect(rows).toEqual([{ tables: 0, rolsuper: false, rolbypassrls: false, rolcreaterole: false }])
    }
  })

  it('no partition of the readings can be read around its parent', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'vital_reading'::regclass`,
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const { name } of rows) await expect(app.query(`select 1 from ${name}`)).rejects.toMatchObject(refused)
  })

  it('the system’s sees every row', async () => {
    for (const table of tables) {
      expect({ table, rows: await count(system, table) }).toEqual({ table, rows: await count(owner, table) })
    }
  })

  it('what a process does for a hospital on nobody’s request stays within it', async () => {
    const scope = hospitalScope(ours.hospitalId)
    expect(await countIn(scope, 'patient_monitor')).toBe(2)
    expect(await countIn(scope, 'session')).toBe(0)
  })
})
