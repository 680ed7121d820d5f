import { AlarmState } from '../alarms/alarm-strip.tsx'
import { alarmWords, levelWords } from '../alarms/alarm-words.ts'
import { LevelMark } from '../alarms/level-mark.tsx'
import type { OpenAlarm } from '../alarms/open-alarms.ts'
import { attentionOf } from '../alarms/severity.ts'
import { useNow } from '../server-clock.ts'
import { timeOfDay } from '../words/format.ts'
import { bedName, shortName } from '../words/people.ts'
import { arrange } from './board-order.ts'
import type { RecentValues } from './recent.ts'
import { TileCard } from './tile-card.tsx'
import type { Tile } from './tile.ts'

/** Alarms in the wall's head; the tiles show the others. */
const wallAlarms = 3

/** Columns for a number of tiles on a wide screen: twenty are five by four. */
function columnsFor(count: number): number {
  return (
    [
      [2, 2],
      [6, 3],
      [12, 4],
      [20, 5],
      [30, 6],
    ].find(([most = 0]) => count <= most)?.[1] ?? 7
  )
}

/** The ward on a wall: nothing to operate, everything in sight, legible from the other side of the room. */
export function Wall({
  wardName,
  tiles,
  alarms,
  recent,
}: {
  wardName: string
  tiles: readonly Tile[]
  alarms: readonly OpenAlarm[]
  recent: RecentValues
}) {
  const now = useNow(1000)
  const shown = arrange(tiles, { order: 'bed', onlyAlarms: false, now })
  return (
    <>
      <header className="wall-head">
        <h1>{wardName}</h1>
        <ul className="wall-alarms" aria-label="Alarms">
          {alarms.slice(0, wallAlarms).map((alarm) => (
            <li key={alarm.id} className="alarm" data-level={alarm.level} data-attention={attentionOf(alarm, now)}>
              <LevelMark level={alarm.level} />
              <div className="alarm-text">
                <span className="alarm-who">
                  <strong>{bedName(alarm.patient)}</strong> {shortName(alarm.patient)}
                </span>
                <span className="alarm-what">
                  <span className="unseen">{levelWords[alarm.level]}: </span>
                  {alarmWords(alarm)}
                </span>
              </div>
              <span className="alarm-state">
                <AlarmState alarm={alarm} now={now} />
              </span>
            </li>
          ))}
          {alarms.length === 0 && <li className="strip-none">No alarms</li>}
        </ul>
        {alarms.length > wallAlarms && <p className="wall-more">+{alarms.length - wallAlarms}</p>}
        <time className="wall-clock">{timeOfDay(now)}</time>
      </header>
      <main className="wall-main" data-columns={columnsFor(shown.length)}>
        <h2 className="unseen">Patients</h2>
        <ul className="tiles" data-count={shown.length}>
          {shown.map((tile) => (
            <TileCard key={tile.patientId} tile={tile} recent={recent.of(tile.patientId)} href={null} />
          ))}
        </ul>
      </main>
    </>
  )
}
