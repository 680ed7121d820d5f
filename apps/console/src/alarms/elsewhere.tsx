import type { Outputs } from '@chartwire/sdk'
import { useAlarms } from '@chartwire/sdk/react'
import { hrefOf } from '../route.ts'
import { useNow } from '../server-clock.ts'
import { plural } from '../words/format.ts'
import { LevelMark } from './level-mark.tsx'
import { attentionOf, levelRank } from './severity.ts'

type Wards = Outputs['hospitals']['wards']

/** Unanswered alarms of the other wards one works on, so that watching one ward hides none of another's. */
export function Elsewhere({ wardId, wards }: { wardId: string; wards: Wards }) {
  const { open } = useAlarms()
  const now = useNow(5000)
  const calling = open.filter((alarm) => alarm.wardId !== wardId && attentionOf(alarm, now) === 'calling')
  const affected = wards.flatMap(({ id, name }) => {
    const alarms = calling
      .filter((alarm) => alarm.wardId === id)
      .sort((a, b) => levelRank[b.level] - levelRank[a.level])
    const [worst] = alarms
    return worst ? [{ id, name, count: alarms.length, level: worst.level }] : []
  })
  if (affected.length === 0) return null
  return (
    <ul className="elsewhere" aria-label="Alarms on your other wards">
      {affected.map(({ id, name, count, level }) => (
        <li key={id}>
          <a className="button" href={hrefOf({ page: 'ward', wardId: id })}>
            <LevelMark level={level} /> {name}: {plural(count, 'unanswered alarm')}
          </a>
        </li>
      ))}
    </ul>
  )
}
