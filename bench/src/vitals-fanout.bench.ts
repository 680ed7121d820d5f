import { connectBedside, runStream, runWatch, systemClock } from '@chartwire/simulator'
import { type Bench, round } from './harness/bench.ts'
import { startStack } from './harness/stack.ts'

const patients = 1_000
const wards = 40
const watchers = 200
const rate = 1_000

/**
 * Bedside to screen: 1,000 patients in 40 wards measured once a second; 160 watchers on ward boards (four a ward) and 40
 * on single patients, each on a WebSocket of its own. Latency is from the source time of a reading to its arrival.
 * Nothing may be lost: every reading of a watched patient arrives at every one of its watchers. `ceiling` is the promised
 * 300 ms, so a ratio under 1 keeps it.
 */
export const benches: Bench[] = [
  {
    name: 'vitals.fanout',
    run: async ({ seconds }) => {
      await using stack = await startStack({ patients, wards })
      const bedside = await connectBedside({ url: stack.url, token: stack.gatewayToken, reader: stack.nurse })
      const watching = new AbortController()
      const subjects = [
        ...stack.wardIds.map((id) => ({ kind: 'ward' as const, id })),
        ...stack.patientIds.slice(0, 10).map((id) => ({ kind: 'patient' as const, id })),
      ]
      const watched = runWatch({
        bedside,
        subjects,
        watchers,
        durationS: 0,
        clock: systemClock,
        signal: watching.signal,
      })
      // Until every watcher has its first board.
      await new Promise((wake) => setTimeout(wake, 4_000))
      const streamed = await runStream({
        bedside,
        patients: await bedside.listPatients({ limit: patients }),
        rate,
        durationS: seconds,
        scenario: 'stable',
        seed: 1,
        speed: 1,
        batch: 100,
        lanes: 4,
        clock: systemClock,
        graceMs: 10_000,
      })
      await new Promise((wake) => setTimeout(wake, 1_500))
      watching.abort()
      const outcome = await watched
      await bedside.close()
      const p99 = outcome.latency.at(99)
      return [
        {
          name: 'vitals.fanout',
          value: round(p99),
          unit: 'ms',
          ceiling: 300,
          ratio: round(p99 / 300),
          target: { ratio: 1, lost: 0 },
          p50: round(outcome.latency.at(50)),
          watchers,
          readingsPerSecond: Math.round(streamed.achievedRate),
          arrived: outcome.arrived,
          loss: outcome.loss,
          broken: Object.fromEntries(outcome.broken),
        },
      ]
    },
  },
]
