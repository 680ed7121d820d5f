import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chartwire } from '../../test/chartwire.ts'
import { operatedDatabase, runSql } from '../../test/operated-database.ts'

test('audit verify passes an untouched log and names the first entry that was edited', async () => {
  await using operated = await operatedDatabase()
  expect(await chartwire(['audit', 'verify'], operated.env)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/Operated Hospital +\d+ +intact/),
  })
  await runSql(
    operated.url,
    'alter table audit_entry disable trigger user',
    `update audit_entry set actor = 'nobody' where seq = 1 and chain in (select id from hospital)`,
  )
  expect(await chartwire(['audit', 'verify'], operated.env)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/Operated Hospital +0 +EDITED at entry 1/),
  })
})

test('audit anchor seals the log outside the database; a log put back to an older state fails audit verify', async () => {
  await using operated = await operatedDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'anchors-'))
  const env = { ...operated.env, CHARTWIRE_ANCHORS: join(folder, 'anchors.jsonl') }
  try {
    await runSql(operated.url, 'create table older_chain as select * from audit_chain')
    // Reading the log is an entry of its own.
    expect(await chartwire(['audit', 'export', '--hospital', 'Operated Hospital'], env)).toMatchObject({ code: 0 })
    const sealed = await chartwire(['audit', 'anchor'], env)
    const fingerprint = /(?:[0-9a-f]{4} ){7}[0-9a-f]{4}/
    expect(sealed).toMatchObject({ code: 0, out: expect.stringMatching(fingerprint) })
    expect(await chartwire(['audit', 'anchors'], env)).toMatchObject({
      code: 0,
      out: expect.stringMatching(fingerprint),
    })
    expect(await chartwire(['audit', 'verify'], env)).toMatchObject({
      code: 0,
      out: expect.stringContaining('anchors: 1 in the database, 1 in'),
    })
    await runSql(
      operated.url,
      'set session_replication_role = replica',
      'delete from audit_entry e using older_chain o where e.chain = o.chain and e.seq > o.seq',
      'update audit_chain c set seq = o.seq, mac = o.mac, seal = o.seal from older_chain o where c.chain = o.chain',
      'delete from audit_anchor',
    )
    const { code, out } = await chartwire(['audit', 'verify'], env)
    expect(code).toBe(1)
    expect(out).toMatch(/Operated Hospital +1 +PUT-BACK at entry 2/)
    expect(out).toContain('DATABASE-PUT-BACK at anchor 1')
    expect(
      await chartwire(['audit', 'verify'], { ...operated.env, CHARTWIRE_ANCHORS: join(folder, 'none') }),
    ).toMatchObject({
      code: 0,
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('audit export writes the entries of a span as JSON lines, the export itself among them', async () => {
  await using operated = await operatedDatabase()
  const all = await chartwire(['audit', 'export', '--hospital', 'Operated Hospital'], operated.env)
  const entries = all.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { seq: number; action: string; actor: string })
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1))
  expect(entries.at(-1)).toMatchObject({ action: 'audit.export', actor: 'system:operator' })
  const past = await chartwire(
    ['audit', 'export', '--hospital', 'Operated Hospital', '--until', '2020-01-01'],
    operated.env,
  )
  expect(past).toMatchObject({ code: 0, out: '' })
  expect(await chartwire(['audit', 'export', '--hospital', 'Elsewhere'], operated.env)).toMatchObject({ code: 1 })
})
