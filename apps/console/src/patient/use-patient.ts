import type { Reading, Tile } from '@chartwire/sdk'
import { useEffect, useState } from 'react'
import { client, codeOf } from '../api.ts'
import { serverClock } from '../server-clock.ts'
import type { Connection } from '../ward/use-ward.ts'

/** More than any chart shows of the time since the page was opened. */
const mostReadings = 10_000

export interface LivePatient {
  tile: Tile | null
  /** What came in since the page was opened, oldest first. */
  readings: readonly Reading[]
  connection: Connection
  isDischarged: boolean
  error: unknown
}

const nothing: LivePatient = {
  tile: null,
  readings: [],
  connection: { status: 'connecting', heardAt: null },
  isDischarged: false,
  error: null,
}

/** Every reading of one patient as it is stored. */
export function useLivePatient(patientId: string): LivePatient {
  const [patient, setPatient] = useState(nothing)

  useEffect(() => {
    const leaving = new AbortController()
    const stream = client.watch.patient({ patientId }, { signal: leaving.signal })
    const change = (next: (before: LivePatient) => Partial<LivePatient>) => {
      if (!leaving.signal.aborted) setPatient((before) => ({ ...before, ...next(before) }))
    }
    stream.onStatus((status) =>
      change(() => ({ connection: { status, heardAt: stream.lastDataAt?.getTime() ?? null } })),
    )
    const follow = async () => {
      for await (const beat of stream) {
        serverClock.learn(beat.serverTime)
        change(({ tile, readings, isDischarged }) => ({
          tile: beat.tile ?? tile,
          readings: beat.readings.length > 0 ? [...readings, ...beat.readings].slice(-mostReadings) : readings,
          isDischarged: isDischarged || beat.isDischarged,
        }))
      }
    }
    follow().catch((error: unknown) => {
      // Somebody no longer admitted still has a past to look at.
      change(() => (codeOf(error) === 'not_admitted' ? { isDischarged: true } : { error }))
    })
    return () => leaving.abort()
  }, [patientId])
  return patient
}
