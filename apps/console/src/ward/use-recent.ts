import { useEffect, useMemo, useState } from 'react'
import { loadRecent } from './load-recent.ts'
import { RecentValues } from './recent.ts'
import type { Tile } from './tile.ts'

/** What sparklines draw: gathered from the board as it changes, and once from the history for the time before. */
export function useRecent(tiles: readonly Tile[]): RecentValues {
  const [recent] = useState(() => new RecentValues())
  const [, setLoaded] = useState(0)
  // Taking a value twice changes nothing, so rendering may.
  useMemo(() => {
    for (const tile of tiles) recent.take(tile)
  }, [tiles, recent])

  const hasTiles = tiles.length > 0
  useEffect(() => {
    if (!hasTiles) return
    const leaving = new AbortController()
    loadRecent(
      tiles.map(({ patientId }) => patientId),
      { recent, signal: leaving.signal, onLoaded: () => setLoaded((count) => count + 1) },
    )
    return () => leaving.abort()
    // Once, with those who were there first; who comes later has nothing before.
  }, [hasTiles, recent])
  return recent
}
