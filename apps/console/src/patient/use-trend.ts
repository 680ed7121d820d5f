import type { Reading } from '@chartwire/sdk'
import { useQuery } from '@tanstack/react-query'
import { client } from '../api.ts'
import { serverClock } from '../server-clock.ts'
import { detailFrom, type Hour, type Span, spans } from './trend.ts'

export interface Past {
  hours: readonly Hour[]
  readings: readonly Reading[]
  /** Single readings are complete from here on; before it there are hours. Epoch milliseconds. */
  detailedSince: number
}

const pageSize = 1_000

/**
 * What is stored of a span, up to now; what comes later comes live. Asked for again once the stream has begun: what was
 * measured between the first question and that moment is in neither.
 */
export function usePast(patientId: string, { span, isLive }: { span: Span; isLive: boolean }) {
  return useQuery<Past>({
    queryKey: ['past', patientId, span, isLive],
    placeholderData: (before, query) =>
      query?.queryKey[1] === patientId && query.queryKey[2] === span ? before : undefined,
    // Gone as soon as nobody looks: the next look must show what came meanwhile.
    gcTime: 0,
    queryFn: async ({ signal }): Promise<Past> => {
      const now = serverClock.now()
      const [hours, detail] = await Promise.all([
        client.api.vitals.hourly.query(
          { patientId, from: instant(now - spans[span].ms), to: instant(now) },
          { signal },
        ),
        readingsSince(patientId, { from: detailFrom(span, now), pages: spans[span].pages, signal }),
      ])
      return { hours, ...detail }
    },
  })
}

/** Newest first, page by page: what is not worth a further page is left to the hours. */
async function readingsSince(
  patientId: string,
  { from, pages, signal }: { from: number; pages: number; signal: AbortSignal },
): Promise<Omit<Past, 'hours'>> {
  const readings: Reading[] = []
  let after: string | null = null
  for (let page = 0; page < pages; page++) {
    const { items, next }: { items: Reading[]; next: string | null } = await client.api.vitals.history.query(
      { patientId, from: instant(from), limit: pageSize, ...(after === null ? {} : { after }) },
      { signal },
    )
    readings.push(...items)
    if (next === null) return { readings, detailedSince: from }
    after = next
  }
  const oldest = readings.at(-1)
  return { readings, detailedSince: oldest ? Date.parse(oldest.at) : from }
}

const instant = (ms: number): string => new Date(ms).toISOString()
