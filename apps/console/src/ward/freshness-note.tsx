import { BrokenIcon, ClockIcon } from '../appearance/icons.tsx'
import { duration } from '../words/format.ts'
import { silenceMs, tileFreshness } from './freshness.ts'
import { useIsLineAlive } from './line.ts'
import type { Tile } from './tile.ts'

/** How fresh a patient's values are, in words. */
export function FreshnessNote({ tile, now }: { tile: Tile; now: number }) {
  const freshness = tileFreshness(tile, now)
  const silence = silenceMs(tile, now) ?? 0
  const isLineAlive = useIsLineAlive()
  switch (freshness) {
    case 'none':
      return (
        <p className="freshness" data-freshness="none">
          <BrokenIcon />
          No data yet
        </p>
      )
    case 'old':
      return (
        <p className="freshness" data-freshness="old">
          <BrokenIcon />
          {tile.monitoring === 'continuous'
            ? `No data for ${duration(silence)}`
            : `Checks overdue, last ${duration(silence)} ago`}
        </p>
      )
    case 'waiting':
    case 'live':
      if (!isLineAlive) {
        return (
          <p className="freshness" data-freshness="old">
            <BrokenIcon />
            Not live, {duration(silence)} old
          </p>
        )
      }
      return (
        <p className="freshness" data-freshness={freshness}>
          {tile.monitoring === 'spot-checks' || freshness === 'waiting' ? (
            <>
              <ClockIcon />
              {duration(silence)} ago
            </>
          ) : (
            <>
              <i className="live-dot" aria-hidden="true" />
              Live
            </>
          )}
        </p>
      )
  }
}
