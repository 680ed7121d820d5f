import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alarmOf, before, noon, scored, tileOf } from '../../test/tiles.ts'
import { arrange, type BoardOrder } from './board-order.ts'
import type { Tile } from './tile.ts'

const ordered = (tiles: Tile[], order: BoardOrder, onlyAlarms = false) =>
  arrange(tiles, { order, onlyAlarms, now: noon }).map(({ mrn }) => mrn)

test('beds are counted as people count them, and who has none comes last', () => {
  const tiles = ['10', '2', '1', 'B 3', null].map((bed, index) => tileOf({ bed, mrn: `m${index}` }))
  expect(ordered(tiles, 'bed')).toEqual(['m2', 'm1', 'm0', 'm3', 'm4'])
})

describe('the most urgent first', () => {
  const quiet = tileOf({ mrn: 'quiet', news2: scored(2) })
  const high = tileOf({ mrn: 'high score', news2: scored(9) })
  const single = tileOf({ mrn: 'single 3', news2: scored(2, { hasSingleThree: true }) })
  const warning = tileOf({ mrn: 'warning', alarms: [alarmOf({ level: 'warning' })] })
  const critical = tileOf({ mrn: 'critical', alarms: [alarmOf({ level: 'warning' }), alarmOf({ id: 'a2' })] })
  const answered = tileOf({ mrn: 'answered', alarms: [alarmOf({ status: 'acknowledged' })] })
  const silenced = tileOf({ mrn: 'silenced', alarms: [alarmOf({ snoozedUntil: before(-60_000) })] })
  const emergency = tileOf({ mrn: 'emergency', alarms: [alarmOf({ level: 'emergency', rule: 'manual:emergency' })] })
  const expected = [emergency, critical, silenced, answered, warning, high, single, quiet].map(({ mrn }) => mrn)

  test('by level, then by whether anybody has answered, then by NEWS2', () => {
    expect(ordered([quiet, single, warning, answered, high, emergency, silenced, critical], 'severity')).toEqual(
      expected,
    )
  })

  test('a silence that is over counts no more', () => {
    const over = tileOf({ mrn: 'over', alarms: [alarmOf({ snoozedUntil: before(1_000) })] })
    expect(ordered([silenced, over], 'severity')).toEqual(['over', 'silenced'])
  })

  test('does not depend on the order in which tiles come', () => {
    const tiles = [quiet, high, single, warning, critical, answered, silenced, emergency]
    fc.assert(
      fc.property(fc.shuffledSubarray(tiles, { minLength: tiles.length }), (shuffled) => {
        expect(ordered(shuffled, 'severity')).toEqual(expected)
      }),
    )
  })
})

test('only with alarms: an answered alarm is still one', () => {
  const answered = tileOf({ mrn: 'answered', alarms: [alarmOf({ status: 'acknowledged' })] })
  expect(ordered([tileOf({ mrn: 'well' }), answered], 'bed', true)).toEqual(['answered'])
})
