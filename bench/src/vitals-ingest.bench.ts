import { HttpIngest, runStream, systemClock } from '@chartwire/simulator'
import pg from 'pg'
import { type Bench, round } from './harness/bench.ts'
import { startStack } from './harness/stack.ts'

const patients = 1_000
const batch = 1_000

/**
 * Readings a second through the API, from simulated patients on the same machine: every upsert, NEWS2 and the alarms
 * included. Each of 1,000 patients is measured 25 times a second of the run's clock, which gateways send in batches of
 * 1,000. Ceiling: the same rows into the same columns by bare `unnest` on two connections, nothing else.
 */
export const benches: Bench[] = [
  {
    name: 'vitals.ingest',
    run: async ({ seconds }) => {
      await using stack = await startStack({ patients })
      const ceiling = await bareUnnest(stack.databaseUrl, { seconds, patientIds: stack.patientIds })
      const bedside = new HttpIngest({
        url: stack.url,
        path: '/trpc/vitals.record',
        token: stack.gatewayToken,
        connections: 4,
      })
      const outcome = await runStream({
        bedside,
        patients: stack.patientIds.map((id) => ({ id, mrn: '' })),
        // Twice the promise: what is not taken shows as a lower achieved rate.
        rate: 45_000,
        durationS: seconds,
        scenario: 'stable',
        seed: 1,
        speed: 10,
        batch,
        lanes: 4,
        buffer: 60_000,
        clock: systemClock,
        graceMs: 30_000,
      })
      await bedside.close()
      const { achievedRate, acknowledgements } = outcome
      return [
        {
          name: 'vitals.ingest',
          value: Math.round(achievedRate),
          unit: 'readings/s',
          ceiling: Math.round(ceiling),
          ratio: round(achievedRate / ceiling),
          target: { value: 20_000, ratio: 0.25 },
          patients,
          batch,
          acknowledgements,
        },
      ]
    },
  },
]

async function bareUnnest(
  url: string,
  { seconds, patientIds }: { seconds: number; patientIds: string[] },
): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  await pool.query(`create table bare_reading (patient_id uuid not null, at timestamptz(3) not null, device_id uuid not null,
    heart_rate real, spo2 real, systolic real, diastolic real, temperature real, respiration real, primary key (patient_id, at, device_id))`)
  const until = performance.now() + seconds * 1000
  let rows = 0
  const start = performance.now()
  const lane = async (number: number) => {
    for (let turn = 0; performance.now() < until; turn++) {
      const at = Date.now() - turn * 1000 - number * 500
      const ids = Array.from({ length: batch }, (_, index) => patientIds[index % patientIds.length])
      const values = (base: number) => ids.map((_, index) => base + (index % 10))
      await pool.query({
        name: 'bare',
        text: `insert into bare_reading select p, to_timestamp(t / 1000), '00000000-0000-0000-0000-000000000000', hr, o, s, d, c, r
               from unnest($1::uuid[], $2::float8[], $3::real[], $4::real[], $5::real[], $6::real[], $7::real[], $8::real[])
                 as g(p, t, hr, o, s, d, c, r) on conflict do nothing`,
        values: [ids, ids.map(() => at), values(70), values(90), values(110), values(70), values(36), values(12)],
      })
      rows += batch
    }
  }
  await Promise.all([lane(0), lane(1)])
  const rate = rows / ((performance.now() - start) / 1000)
  await pool.query('drop table bare_reading')
  await pool.end()
  return rate
}
