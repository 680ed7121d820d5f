import { client } from '../api.ts'
import { serverClock } from '../server-clock.ts'
import type { RecentValues } from './recent.ts'

const spanMs = 15 * 60_000

/**
 * Fills sparklines with what came before the screen was opened, one patient after the other so that it never stands in
 * the way of anything. A failure leaves a sparkline that fills as readings come.
 */
export function loadRecent(
  patientIds: readonly string[],
  { recent, signal, onLoaded }: { recent: RecentValues; signal: AbortSignal; onLoaded: () => void },
): void {
  const load = async () => {
    for (const patientId of patientIds) {
      if (signal.aborted) return
      const from = new Date(serverClock.now() - spanMs).toISOString()
      const { items } = await client.api.vitals.history.query({ patientId, from, limit: 500 }, { signal })
      const points = items.map(({ at, heartRate, spo2, implausible }) => ({
        at: Date.parse(at),
        heartRate: heartRate === null || implausible.includes('heartRate') ? undefined : heartRate,
        spo2: spo2 === null || implausible.includes('spo2') ? undefined : spo2,
      }))
      recent.add(
        patientId,
        points.filter((point) => point.heartRate !== undefined || point.spo2 !== undefined),
      )
      onLoaded()
    }
  }
  load().catch(() => onLoaded())
}
