import type { News2Parameter } from './news2-table.ts'

const HOUR = 3_600_000

/**
 * How old a value may be, in milliseconds, and still count towards a score. RCP's response table sets the pace: what
 * can turn within the hour must not be older than the hourly round that a score of 5 calls for; what is charted by hand
 * holds for the longer end of the 4-6 hourly round; the oxygen flag is charted when it changes and holds for the
 * longest round there is, 12 hours.
 */
export const NEWS2_FRESH_FOR_MS: Readonly<Record<News2Parameter, number>> = {
  respiration: HOUR,
  spo2: HOUR,
  systolic: HOUR,
  heartRate: HOUR,
  temperature: 6 * HOUR,
  consciousness: 6 * HOUR,
  supplementalOxygen: 12 * HOUR,
}
