import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '@chartwire/server'
import pg from 'pg'
import { expect, it } from 'vitest'
import { startStack } from '../src/harness/stack.ts'

it('kill -9 of the simulator in mid-stream: what was acknowledged is there once, and a restart goes on', async () => {
  await using stack = await startStack({ patients: 10 })
  const folder = mkdtempSync(join(tmpdir(), 'chartwire-simulator-'))
  const journal = join(folder, 'journal.csv')
  const pool = new pg.Pool({ connectionString: stack.databaseUrl, max: 1 })
  try {
    const stored = () =>
      readFileSync(journal, { encoding: 'utf8', flag: 'a+' })
        .split('\n')
        .filter((line) => /,(stored|flagged)$/.test(line))
    const start = () =>
      spawn(
        process.execPath,
        [
          '--disable-warning=ExperimentalWarning',
          join(projectRoot, 'apps/simulator/src/main.ts'),
          'stream',
          '--url',
          stack.url,
          '--patients',
          '10',
          '--rate',
          '500',
          '--journal',
          journal,
        ],
        { env: { ...process.env, CHARTWIRE_TOKEN: stack.gatewayToken }, stdio: 'ignore' },
      )
    for (const killsAt of [500, 1_500]) {
      const simulator = start()
      const gone = new Promise((resolve) => simulator.once('exit', resolve))
      await expect.poll(() => stored().length, { timeout: 30_000 }).toBeGreaterThan(killsAt)
      simulator.kill('SIGKILL')
      await gone
    }
    // A line that the kill cut in two is no acknowledgement.
    const acknowledged = stored().flatMap((line) => {
      const [patientId = '', at = ''] = line.split(',')
      return /^[0-9a-f-]{36}$/.test(patientId) ? [{ patientId, at: new Date(/^\d+$/.test(at) ? Number(at) : at) }] : []
    })
    expect(acknowledged.length).toBeGreaterThan(1_000)
    const { rows } = await pool.query<{ found: number; twice: number; rolled: number; all: number }>(
      `select (select count(*)::int from unnest($1::uuid[], $2::timestamptz[]) as g(p, t)
                where exists (select 1 from vital_reading r where r.patient_id = g.p and r.at = g.t)) found,
              (select count(*)::int from (select 1 from vital_reading group by patient_id, at, device_id having count(*) > 1) d) twice,
              (select sum(readings)::int from vital_hourly) rolled, (select count(*)::int from vital_reading) "all"`,
      [acknowledged.map(({ patientId }) => patientId), acknowledged.map(({ at }) => at)],
    )
    expect(rows[0]).toMatchObject({ found: acknowledged.length, twice: 0 })
    expect(rows[0]?.rolled).toBe(rows[0]?.all)
  } finally {
    await pool.end()
    rmSync(folder, { recursive: true, force: true })
  }
}, 90_000)
