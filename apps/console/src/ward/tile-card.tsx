import { memo } from 'react'
import { AlarmStrip } from '../alarms/alarm-strip.tsx'
import { attentionOf, worstAlarm } from '../alarms/severity.ts'
import { useNow } from '../server-clock.ts'
import { bedName, fullName, shortName } from '../words/people.ts'
import { FreshnessNote } from './freshness-note.tsx'
import { tileFreshness } from './freshness.ts'
import { News2Badge } from './news2-badge.tsx'
import type { Recent } from './recent.ts'
import { Sparkline } from './sparkline.tsx'
import type { Tile } from './tile.ts'
import { Vitals } from './vitals.tsx'

interface TileCardProps {
  tile: Tile
  recent: Recent
  /** Where the patient's own page is; null on a wall, where nothing can be opened. */
  href: string | null
}

/** One patient on the board. Keeps its height whatever happens, so that nothing moves under a finger. */
export const TileCard = memo(function TileCard({ tile, recent, href }: TileCardProps) {
  const now = useNow(1000)
  const worst = worstAlarm(tile.alarms, now)
  const name = (
    <>
      <span className="bed">
        <span className="unseen">{bedName(tile)}, </span>
        <span aria-hidden="true">{tile.bed ?? '–'}</span>
      </span>
      <span className="name">{href === null ? shortName(tile) : fullName(tile)}</span>
    </>
  )
  return (
    <li
      className="tile"
      data-level={worst?.level}
      data-attention={worst && attentionOf(worst, now)}
      data-freshness={tileFreshness(tile, now)}
    >
      <div className="tile-head">
        <h3>{href === null ? name : <a href={href}>{name}</a>}</h3>
        <div className="tile-facts">
          <p className="mrn">
            <abbr title="Medical record number">MRN</abbr> {tile.mrn}
          </p>
          <FreshnessNote tile={tile} now={now} />
        </div>
        <News2Badge news2={tile.news2} />
      </div>
      <Vitals tile={tile} now={now} />
      <Sparkline recent={recent} />
      <div className="tile-foot">
        {worst ? (
          <AlarmStrip alarm={worst} others={tile.alarms.length - 1} now={now} />
        ) : (
          <p className="strip-none">No alarms</p>
        )}
      </div>
    </li>
  )
})
