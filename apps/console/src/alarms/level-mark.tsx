import type { AlarmLevel } from '../ward/tile.ts'

/** Exclamation marks by priority, as IEC 60601-1-8 marks alarms: read without colour. An emergency has a shape of its own. */
const marks: Record<AlarmLevel, string> = { warning: '!!', critical: '!!!', emergency: 'SOS' }

export function LevelMark({ level }: { level: AlarmLevel }) {
  return (
    <span className="level-mark" data-level={level} aria-hidden="true">
      {marks[level]}
    </span>
  )
}
