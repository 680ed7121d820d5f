import type { ReactNode } from 'react'
import { levelRank } from '../alarms/severity.ts'
import { duration } from '../words/format.ts'
import { parameterWords } from '../words/parameters.ts'
import { isValueOld, tileFreshness } from './freshness.ts'
import type { AlarmLevel, Parameter, Tile } from './tile.ts'

interface VitalValueProps {
  tile: Tile
  parameter: Parameter
  /** Other parameters shown in the same place, such as the diastolic pressure. */
  also?: Parameter[]
  label?: string
  unit?: string
  text: string
  size?: 'large' | 'small'
  now: number
  children?: ReactNode
}

/** One value with its name and unit; marked when it alarms, and with its age when it is too old to be the present one. */
export function VitalValue({
  tile,
  parameter,
  also = [],
  size = 'small',
  now,
  text,
  children,
  ...words
}: VitalValueProps) {
  const measured = tile.latest[parameter]
  const isOld = measured !== null && isValueOld(parameter, measured.at, { monitoring: tile.monitoring, now })
  const level = worstLevel(tile, [parameter, ...also])
  const { name, short, unit } = parameterWords[parameter]
  return (
    <div className="vital" data-size={size} data-old={isOld} data-alarm={level}>
      <dt>
        <abbr title={words.label ?? name}>{words.label ?? short}</abbr>
        {level !== undefined && <span className="unseen"> in alarm</span>}
      </dt>
      <dd>
        <span className="value">{text}</span>
        {measured !== null && <span className="unit">{words.unit ?? unit}</span>}
        {children}
        {isOld && tileFreshness(tile, now) !== 'old' && (
          <span className="age">
            {duration(now - Date.parse(measured.at))}
            <span className="unseen"> old</span>
          </span>
        )}
      </dd>
    </div>
  )
}

function worstLevel(tile: Tile, parameters: readonly Parameter[]): AlarmLevel | undefined {
  const levels = tile.alarms
    .filter(({ parameter }) => parameters.some((each) => each === parameter))
    .map(({ level }) => level)
  return levels.sort((a, b) => levelRank[b] - levelRank[a])[0]
}
