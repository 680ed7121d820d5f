import { useState } from 'react'
import { hrefOf } from '../route.ts'
import { useNow } from '../server-clock.ts'
import { plural } from '../words/format.ts'
import { arrange, type BoardOrder } from './board-order.ts'
import type { RecentValues } from './recent.ts'
import { TileCard } from './tile-card.tsx'
import type { Tile } from './tile.ts'

interface WardBoardProps {
  wardId: string
  tiles: readonly Tile[]
  recent: RecentValues
}

/** The live board: every patient of the ward, in an order one can choose. */
export function WardBoard({ wardId, tiles, recent }: WardBoardProps) {
  const [order, setOrder] = useState<BoardOrder>('bed')
  const [onlyAlarms, setOnlyAlarms] = useState(false)
  const now = useNow(5000)
  const shown = arrange(tiles, { order, onlyAlarms, now })
  return (
    <section className="board" aria-labelledby="board-title">
      <div className="board-head">
        <h2 id="board-title">
          Patients <span className="alarm-count">{plural(tiles.length, 'patient')}</span>
        </h2>
        <fieldset className="segments">
          <legend className="unseen">Order</legend>
          {(['bed', 'severity'] as const).map((each) => (
            <label key={each}>
              <input type="radio" name="order" checked={order === each} onChange={() => setOrder(each)} />
              <span>{each === 'bed' ? 'By bed' : 'Most urgent first'}</span>
            </label>
          ))}
        </fieldset>
        <button type="button" className="toggle" aria-pressed={onlyAlarms} onClick={() => setOnlyAlarms(!onlyAlarms)}>
          Only with alarms
        </button>
      </div>
      {shown.length === 0 ? (
        <p className="empty">{tiles.length === 0 ? 'Nobody is admitted to this ward.' : 'No patient has an alarm.'}</p>
      ) : (
        <ul className="tiles">
          {shown.map((tile) => (
            <TileCard
              key={tile.patientId}
              tile={tile}
              recent={recent.of(tile.patientId)}
              href={hrefOf({ page: 'patient', wardId, patientId: tile.patientId })}
            />
          ))}
        </ul>
      )}
    </section>
  )
}
