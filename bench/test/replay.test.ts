import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { HttpIngest, readRecording, runReplay, systemClock } from '@chartwire/simulator'
import { projectRoot } from '@chartwire/server'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { startStack } from '../src/harness/stack.ts'

const shared = process.env['CHARTWIRE_SHARED'] ?? join(projectRoot, '../shared')
const vitals = join(shared, 'data/vitals')
const hasRecordings = existsSync(vitals)
if (!hasRecordings) console.warn(`SKIPPED: replay of real recordings; there are none at ${vitals}`)

describe.runIf(hasRecordings)('replaying real recordings into a running server', () => {
  it('accounts for every row of physionet2012 and mimic3wdb: stored, flagged or refused with a reason', async () => {
    await using stack = await startStack({ patients: 60 })
    const patients = stack.patientIds.map((id) => ({ id, mrn: '' }))
    const bedside = new HttpIngest({ url: stack.url, path: '/trpc/vitals.record', token: stack.gatewayToken })
    const mimic = join(vitals, 'mimic3wdb_numerics')
    const recordings = [
      [join(vitals, 'physionet2012/vitals_wide.csv')],
      readdirSync(mimic)
        .filter((file) => file.endsWith('.csv'))
        .map((file) => join(mimic, file)),
    ]
    let kept = 0
    for (const files of recordings) {
      const recording = await readRecording(files, { map: new Map(), max: Infinity })
      const { outcomes } = await runReplay({
        bedside,
        patients,
        recording,
        speed: 0,
        keepTimes: false,
        batch: 1_000,
        lanes: 4,
        clock: systemClock,
      })
      expect(outcomes.unacknowledged).toBe(0)
      expect(outcomes.total).toBe(recording.rows)
      expect(outcomes.stored + outcomes.flagged).toBeGreaterThan(recording.rows * 0.8)
      const reasons = [...outcomes.reasons.values()].reduce((sum, rows) => sum + rows, 0)
      expect(reasons).toBeGreaterThanOrEqual(outcomes.flagged + outcomes.refused)
      kept += outcomes.stored + outcomes.flagged
    }
    await bedside.close()
    // What was acknowledged is there, once: the two recordings share patients, so their times may meet.
    const pool = new pg.Pool({ connectionString: stack.databaseUrl, max: 1 })
    const { rows } = await pool.query<{ stored: number; rolled: number }>(
      `select (select count(*)::int from vital_reading) stored, (select sum(readings)::int from vital_hourly) rolled`,
    )
    await pool.end()
    expect(rows[0]?.stored).toBe(kept)
    expect(rows[0]?.rolled).toBe(kept)
  }, 120_000)
})
