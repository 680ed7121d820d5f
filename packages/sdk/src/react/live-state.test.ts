import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alarm, alarmEvent, alarmsBeat, patientBeat, reading, tile, wardBeat } from '../../test/beats.ts'
import { alarmsBeats, type BeatKind, patientBeats, wardBeats } from '../live/beats.ts'
import { noAlarms, reduceAlarms } from './alarms-state.ts'
import { emptyPatient, reducePatient } from './patient-state.ts'
import { emptyWard, reduceWard } from './ward-state.ts'

const bed = fc.constantFrom('1', '2', '3', '10')
const eventIds = fc.array(fc.uuid(), { maxLength: 3 })
const events = eventIds.map((ids) => ids.map((id) => alarmEvent(id)))

interface View<Beat, State> {
  initial: State
  reduce: (state: State, beat: Beat) => State
}

/** What is shown in the end, with some of the beats merged on their way and without. */
function shown<Beat, State>({ merge }: BeatKind<Beat>, { initial, reduce }: View<Beat, State>) {
  return (beats: Beat[], merges: boolean[]) => {
    const arrived: Beat[] = []
    beats.forEach((next, index) => {
      const last = arrived.at(-1)
      if (last !== undefined && merges[index] === true) arrived[arrived.length - 1] = merge(last, next)
      else arrived.push(next)
    })
    return { merged: arrived.reduce(reduce, initial), plain: beats.reduce(reduce, initial) }
  }
}

function beatsOf<Beat>(beat: fc.Arbitrary<Beat>) {
  return [fc.array(beat, { minLength: 1, maxLength: 12 }), fc.array(fc.boolean())] as const
}

describe('what merges on its way shows the same in the end', () => {
  test('a ward', () => {
    const beat = fc
      .record({
        kind: fc.constantFrom('board' as const, 'change' as const, 'change' as const),
        shown: fc.array(fc.tuple(bed, fc.integer({ min: 30, max: 200 })), { maxLength: 3 }),
        gone: fc.uniqueArray(bed, { maxLength: 2 }),
        alarms: events,
      })
      .map(({ kind, shown, gone, alarms }) => {
        const tiles = [...new Map(shown.map(([place, rate]) => [place, tile(place, rate)])).values()]
        const left = kind === 'board' ? [] : gone.filter((place) => !shown.some(([other]) => other === place))
        return wardBeat({ kind, tiles, gone: left, alarms })
      })
    const show = shown(wardBeats, { initial: emptyWard, reduce: reduceWard })
    fc.assert(
      fc.property(...beatsOf(beat), (beats, merges) => {
        const { merged, plain } = show(beats, merges)
        expect(merged).toEqual(plain)
      }),
    )
  })

  test('a patient', () => {
    const beat = fc
      .record({
        seconds: fc.array(fc.nat({ max: 100 }), { maxLength: 3 }),
        rate: fc.option(fc.nat()),
        skipped: fc.nat({ max: 3 }),
        alarms: events,
      })
      .map(({ seconds, rate, skipped, alarms }) =>
        patientBeat({
          readings: seconds.sort((a, b) => a - b).map(reading),
          tile: rate === null ? null : tile('p', rate),
          skipped,
          alarms,
        }),
      )
    const show = shown(patientBeats, { initial: emptyPatient, reduce: reducePatient })
    fc.assert(
      fc.property(...beatsOf(beat), (beats, merges) => {
        const { merged, plain } = show(beats, merges)
        expect(merged).toEqual(plain)
      }),
    )
  })

  test('alarms', () => {
    const steps = fc.array(
      fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('raised' as const, 'resolved' as const)),
      {
        maxLength: 3,
      },
    )
    const beat = steps.map((made) => alarmsBeat({ events: made.map(([id, status]) => alarmEvent(id, status)) }))
    const first = alarmsBeat({ open: [alarm('alarm a', 'raised')] })
    const initial = reduceAlarms(noAlarms, first)
    const show = shown(alarmsBeats, { initial, reduce: reduceAlarms })
    fc.assert(
      fc.property(...beatsOf(beat), (beats, merges) => {
        const { merged, plain } = show(beats, merges)
        expect(merged).toEqual(plain)
      }),
    )
  })
})

test('a board replaces all that was shown: who left while the line was down is gone', () => {
  const before = reduceWard(emptyWard, wardBeat({ kind: 'board', tiles: [tile('1', 70), tile('2', 70)] }))
  const after = reduceWard(before, wardBeat({ kind: 'board', tiles: [tile('2', 71)] }))
  expect(after.tiles.map(({ patientId }) => patientId)).toEqual(['2'])
})

test('tiles stand by bed, ten after two, and an unchanged tile stays the same object', () => {
  const before = reduceWard(emptyWard, wardBeat({ kind: 'board', tiles: [tile('10', 70), tile('2', 70)] }))
  const after = reduceWard(before, wardBeat({ tiles: [tile('10', 80)] }))
  expect(after.tiles.map(({ bed }) => bed)).toEqual(['2', '10'])
  expect(after.tiles[0]).toBe(before.tiles[0])
})

test('late readings find their place by source time', () => {
  const first = reducePatient(emptyPatient, patientBeat({ readings: [reading(5), reading(6)] }))
  const { readings } = reducePatient(first, patientBeat({ readings: [reading(1), reading(7)] }))
  expect(readings).toEqual([1, 5, 6, 7].map(reading))
})

test('what stands open comes by urgency, then by age', () => {
  const emergency = { ...alarm('e', 'raised'), level: 'emergency' as const }
  const older = { ...alarm('o', 'raised'), raisedAt: '2026-11-22T07:00:00.000Z' }
  const { open } = reduceAlarms(noAlarms, alarmsBeat({ open: [alarm('c', 'raised'), older, emergency] }))
  expect(open.map(({ id }) => id)).toEqual(['e', 'o', 'c'])
})
