import type { StreamStatus } from '@chartwire/sdk'
import { useEffect, useRef, useState } from 'react'
import { announceHappenings } from '../alarms/announce-alarms.ts'
import { client } from '../api.ts'
import { serverClock } from '../server-clock.ts'
import { applyBeat, type Board } from './board.ts'
import { loadRecent } from './load-recent.ts'
import { RecentValues } from './recent.ts'

/** How a screen stands with the server. `heardAt`: the last sign of life, by this screen's clock; null before the first. */
export interface Connection {
  status: StreamStatus
  heardAt: number | null
}

export interface Ward {
  board: Board
  recent: RecentValues
  connection: Connection
  /** Why it has ended for good: access was lost, or the ward is not there. Nothing is to be shown then. */
  error: unknown
}

/** The live ward, from the first board to the last change, over lost connections. */
export function useWard(wardId: string): Ward {
  const recent = useRef(new RecentValues()).current
  const [board, setBoard] = useState<Board>(null)
  const [connection, setConnection] = useState<Connection>({ status: 'connecting', heardAt: null })
  const [error, setError] = useState<unknown>(null)
  const [, setRecentTurn] = useState(0)

  useEffect(() => {
    const leaving = new AbortController()
    const stream = client.watch.ward({ wardId }, { signal: leaving.signal })
    stream.onStatus((status) => {
      if (!leaving.signal.aborted) setConnection({ status, heardAt: stream.lastDataAt?.getTime() ?? null })
    })
    const follow = async () => {
      let current: Board = null
      for await (const beat of stream) {
        serverClock.learn(beat.serverTime)
        const isFirst = current === null
        announceHappenings(beat.alarms, beat.tiles, current)
        current = applyBeat(current, beat)
        for (const tile of beat.tiles) recent.take(tile)
        for (const patientId of beat.gone) recent.forget(patientId)
        setBoard(current)
        if (isFirst && current !== null) {
          loadRecent([...current.keys()], {
            recent,
            signal: leaving.signal,
            onLoaded: () => setRecentTurn((turn) => turn + 1),
          })
        }
      }
    }
    follow().catch((failure: unknown) => {
      if (leaving.signal.aborted) return
      setBoard(null)
      setError(failure)
    })
    return () => leaving.abort()
  }, [wardId, recent])

  return { board, recent, connection, error }
}
