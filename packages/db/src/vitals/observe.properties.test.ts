import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { Bedside, START } from '../../test/bedside.ts'
import { evaluateSilence } from '../alarms/evaluate-silence.ts'
import { DEFAULT_ALARM_SETTINGS } from '../alarms/settings.ts'
import type { Transition } from '../alarms/transition.ts'
import type { MonitorState } from './monitor-state.ts'
import { observe, type Reading } from './observe.ts'
import type { Acvpu, VitalValues } from './parameters.ts'

/** Values that cross every bound, the impossible ones included. */
const values: fc.Arbitrary<VitalValues> = fc.record(
  {
    heartRate: fc.oneof(fc.integer({ min: 30, max: 150 }), fc.constantFrom(0, 400)),
    spo2: fc.integer({ min: 80, max: 101 }),
    systolic: fc.integer({ min: 60, max: 230 }),
    diastolic: fc.integer({ min: 40, max: 110 }),
    temperature: fc.integer({ min: 340, max: 400 }).map((tenths) => tenths / 10),
    respiration: fc.integer({ min: 0, max: 40 }),
    consciousness: fc.constantFrom<Acvpu>('A', 'A', 'A', 'C', 'V', 'P', 'U'),
    supplementalOxygen: fc.boolean(),
  },
  { requiredKeys: [] },
)

interface Sent {
  reading: Reading
  receivedAt: number
}

/**
 * A story in order of receipt. Values linger for a while, so that dwells pass; some readings are late, some clocks
 * are ahead by hours.
 */
const story: fc.Arbitrary<Sent[]> = fc
  .array(
    fc.record({
      values,
      repeats: fc.integer({ min: 1, max: 40 }),
      gap: fc.constantFrom(1, 1, 1, 2, 5, 60, 3600),
      clock: fc.constantFrom(0, 0, 0, 0, -30, -7200, 30, 7200),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((spells) => {
    const sent: Sent[] = []
    let second = 0
    for (const spell of spells) {
      for (let index = 0; index < spell.repeats; index++) {
        second += spell.gap
        const receivedAt = START + second * 1000
        sent.push({ reading: { sourceTime: receivedAt + spell.clock * 1000, values: spell.values }, receivedAt })
      }
    }
    return sent
  })

const { rules, patient, state: EMPTY } = new Bedside({ settings: DEFAULT_ALARM_SETTINGS })

function run(sent: readonly Sent[], from: MonitorState = EMPTY) {
  let state = from
  const transitions: Transition[] = []
  const states: MonitorState[] = []
  for (const { reading, receivedAt } of sent) {
    const observation = observe({ state, reading, patient, rules, receivedAt })
    state = observation.state
    states.push(state)
    transitions.push(...observation.transitions)
  }
  return { state, transitions, states }
}

describe('any story', () => {
  test('told twice changes nothing the second time', () => {
    fc.assert(
      fc.property(story, (sent) => {
        const { state } = run(sent)
        const again = run(sent, state)
        expect(again.state).toBe(state)
        expect(again.transitions).toEqual([])
      }),
    )
  })

  test('gives the same result through JSON after every reading, and holds no null', () => {
    fc.assert(
      fc.property(story, (sent) => {
        const direct = run(sent)
        const stored: Transition[] = []
        let text = JSON.stringify(EMPTY)
        for (const { reading, receivedAt } of sent) {
          const state = JSON.parse(text) as MonitorState
          const observation = observe({ state, reading, patient, rules, receivedAt })
          stored.push(...observation.transitions)
          text = JSON.stringify(observation.state)
        }
        expect(JSON.parse(text)).toStrictEqual(direct.state)
        expect(stored).toEqual(direct.transitions)
        expect(text).not.toContain('null')
      }),
    )
  })

  test('opens a rule only when it is closed and closes it only when it is open', () => {
    fc.assert(
      fc.property(story, (sent) => {
        const { transitions, state } = run(sent)
        const open = new Set<string>()
        for (const { type, rule } of transitions) {
          expect(open.has(rule)).toBe(type === 'resolve')
          if (type === 'raise') open.add(rule)
          else open.delete(rule)
        }
        expect(Object.values(state.tracks).flatMap((track) => track.open ?? [])).toHaveLength(open.size)
      }),
    )
  })

  test('keeps at most one open alarm for a side of a parameter', () => {
    fc.assert(
      fc.property(story, (sent) => {
        for (const state of run(sent).states) {
          const sides = Object.values(state.tracks)
            .flatMap(({ open }) => open ?? [])
            .filter((rule) => /^(threshold|sustained)/.test(rule))
            .map((rule) => rule.replace(/^\w+:/, '').replace(/:(warning|critical)/, ''))
          expect(new Set(sides).size).toBe(sides.length)
        }
      }),
    )
  })

  test('raises by a reading only what has been breached for the dwell', () => {
    fc.assert(
      fc.property(story, (sent) => {
        const hasty = run(sent).transitions.filter((it) => it.type === 'raise' && it.at - it.since < 10_000)
        expect(hasty).toEqual([])
      }),
    )
  })

  test('remembers for each parameter the newest plausible value, in whatever order the readings come', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 30 }),
        fc.infiniteStream(values),
        (seconds, stream) => {
          const readings = seconds.map((second) => ({
            sourceTime: START + second * 1000,
            values: stream.next().value ?? {},
          }))
          const receivedAt = START + 5_000_000
          const shuffled = run(readings.map((reading) => ({ reading, receivedAt }))).state
          const inOrder = readings.toSorted((one, other) => one.sourceTime - other.sourceTime)
          const sorted = run(inOrder.map((reading) => ({ reading, receivedAt }))).state
          expect(shuffled.latest).toEqual(sorted.latest)
        },
      ),
    )
  })

  test('comes out the same however often silence is evaluated in between', () => {
    fc.assert(
      fc.property(story, fc.integer({ min: 1, max: 120 }), (sent, everySeconds) => {
        // A clock that is off, or a sensor missed, is by definition noticed only when somebody looks.
        const punctual = sent.map(({ reading, receivedAt }) => ({
          reading: { ...reading, sourceTime: receivedAt },
          receivedAt,
        }))
        const { rules: quiet } = new Bedside({ settings: { ...DEFAULT_ALARM_SETTINGS, missingData: [] } })
        const end = punctual.at(-1)?.receivedAt ?? START
        const told = (lookEveryMs: number): { state: MonitorState; transitions: Transition[] } => {
          let state = EMPTY
          const transitions: Transition[] = []
          const look = (now: number) => {
            const silence = evaluateSilence({ state, rules: quiet, patient, now })
            state = silence.state
            transitions.push(...silence.transitions)
          }
          let looked = START
          for (const { reading, receivedAt } of punctual) {
            for (; looked < receivedAt; looked += lookEveryMs) look(looked)
            const observation = observe({ state, reading, patient, rules: quiet, receivedAt })
            state = observation.state
            transitions.push(...observation.transitions)
          }
          look(end)
          return { state, transitions }
        }
        const byTime = (list: Transition[]) =>
          list.toSorted((one, other) => one.at - other.at || one.rule.localeCompare(other.rule))
        const watched = told(everySeconds * 1000)
        const unwatched = told(Infinity)
        expect(byTime(watched.transitions)).toEqual(byTime(unwatched.transitions))
        expect(watched.state).toEqual(unwatched.state)
      }),
    )
  })
})

describe('hysteresis', () => {
  test('within the band between bound and exit nothing ever opens or closes', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(fc.double({ min: 97.001, max: 100, noNaN: true }), { minLength: 1, maxLength: 200 }),
        (startsOpen, band) => {
          const bedside = new Bedside({ patient: { spo2Scale: 1 } })
          bedside.stream(0, 20, { heartRate: startsOpen ? 110 : 80 })
          const { length } = bedside.story
          band.forEach((heartRate, index) => bedside.send(21 + index, { heartRate }))
          expect(bedside.story).toHaveLength(length)
          expect(length).toBe(startsOpen ? 1 : 0)
        },
      ),
    )
  })
})

describe('clock skew', () => {
  test('no clock, however far ahead, keeps a lasting breach from its alarm', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 61, max: 10 ** 9 }), { minLength: 12, maxLength: 30 }), (clocks) => {
        const bedside = new Bedside({ patient: { spo2Scale: 1 } })
        clocks.forEach((ahead, second) => bedside.send(second + ahead, { heartRate: 150 }, second))
        expect(bedside.open).toEqual(['threshold:heartRate:critical:high'])
      }),
    )
  })

  test('nor does it cost a right clock a single reading afterwards', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 61, max: 10 ** 9 }), { minLength: 1, maxLength: 10 }), (clocks) => {
        const bedside = new Bedside()
        clocks.forEach((ahead, second) => bedside.send(second + ahead, { heartRate: 80 }, second))
        expect(bedside.send(clocks.length, { heartRate: 81 }).flags).toEqual([])
        expect(bedside.state.latest.heartRate?.value).toBe(81)
      }),
    )
  })
})
