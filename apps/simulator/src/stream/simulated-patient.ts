import type { BedsidePatient, Reading } from '../bedside.ts'
import { Body } from '../physiology/body.ts'
import { drawPerson, type Person } from '../physiology/person.ts'
import { Random } from '../physiology/random.ts'
import {
  DIASTOLIC,
  HEART_RATE,
  RESPIRATION,
  severityOf,
  SPO2,
  SYSTOLIC,
  TEMPERATURE,
  type Vital,
  VITALS,
} from '../physiology/vital.ts'
import { drawMixed, type ScenarioName, scenarioOf } from '../scenarios/catalogue.ts'
import { consciousnessAt, type Course, follow } from '../scenarios/course.ts'
import { type Delivery, spoil, straight } from '../scenarios/faults.ts'
import { drawPhased, drawWorstPhase, phaseAt, PHASED_MINUTES } from '../scenarios/phased.ts'
import { beginEpisode, type Episode, noteCrossing } from './episode.ts'

const MINUTE_MS = 60_000

/** One patient of a run: who it is, what happens to it, what its monitor sends, and what was true all along. */
export class SimulatedPatient {
  readonly target: BedsidePatient
  readonly person: Person
  readonly scenario: Exclude<ScenarioName, 'mixed'>
  /** Ground truth so far, in order of onset. */
  readonly episodes: Episode[] = []
  readonly #random: Random
  readonly #body: Body
  readonly #delivery: Delivery
  readonly #course: Course | undefined
  readonly #worstPhase: ReturnType<typeof drawWorstPhase>
  readonly #silent = new Set<Vital>()
  #onset: number
  #episode: Episode | undefined
  #minute = 0

  /** `index` counts patients from 1 and chooses the stream of random numbers; `startsAt` is epoch ms, simulated. */
  constructor(given: {
    seed: number
    index: number
    target: BedsidePatient
    scenario: ScenarioName
    startsAt: number
  }) {
    const random = new Random(given.seed, given.index)
    this.target = given.target
    this.scenario = given.scenario === 'mixed' ? drawMixed(random) : given.scenario
    const scenario = scenarioOf(this.scenario)
    this.person = drawPerson(random, scenario.condition)
    this.#worstPhase = drawWorstPhase(random)
    this.#course = scenario.course
    this.#delivery = scenario.delivery?.(random) ?? straight
    this.#onset = given.startsAt + (this.scenario === 'phased' ? 0 : random.between(60, 300) * 1000)
    this.#random = random
    this.#body = new Body(this.person, random)
  }

  /** Takes the reading of `at` (epoch ms, never earlier than before); adds to `out` what leaves the bedside now. */
  read(at: number, out: Reading[]): void {
    this.#moveEpisode(at)
    const values = this.scenario === 'phased' ? this.#phasedValues(at) : this.#bodyValues(at)
    const silence = this.#findSilence()
    if (silence !== 'all') {
      const reading = this.#compose(at, values)
      if (this.scenario === 'artefact' && this.#episode !== undefined) spoil(reading, this.#random)
      this.#delivery.send(reading, out)
    }
    if (this.#episode !== undefined) this.#label(this.#episode, { at, values, silence })
  }

  /** What is still held back at the bedside when the run ends. */
  flush(out: Reading[]): void {
    this.#delivery.flush(out)
  }

  #moveEpisode(at: number): void {
    const minutes = this.scenario === 'phased' ? PHASED_MINUTES : this.#course?.minutes
    if (minutes === undefined) return
    if (this.#episode !== undefined && at >= this.#episode.end) {
      this.#episode = undefined
      this.#onset = at + this.#random.between(REST_MINUTES[0], REST_MINUTES[1]) * MINUTE_MS
    }
    if (this.#episode === undefined && at >= this.#onset) {
      const expectsAlarm =
        this.scenario === 'phased' ? this.#worstPhase !== 'stable' : this.#course?.expectsAlarm === true
      this.#episode = beginEpisode({
        patientId: this.target.id,
        scenario: this.scenario,
        expectsAlarm,
        onset: this.#onset,
        end: this.#onset + minutes * MINUTE_MS,
      })
      this.episodes.push(this.#episode)
    }
    this.#minute = (at - this.#onset) / MINUTE_MS
  }

  #bodyValues(at: number): Float64Array {
    this.#body.advance(at, this.#episode === undefined ? undefined : this.#illness)
    return this.#body.measured
  }

  readonly #illness = (values: Float64Array): void => {
    if (this.#course !== undefined) follow(this.#course, this.#minute, values)
  }

  #phasedValues(at: number): Float64Array {
    const seconds = this.#episode === undefined ? 0 : (at - this.#episode.onset) / 1000
    drawPhased(this.#random, phaseAt(seconds, this.#worstPhase), this.#body.measured)
    this.#body.truth.set(this.#body.measured)
    return this.#body.measured
  }

  #findSilence(): 'all' | 'some' | 'none' {
    this.#silent.clear()
    if (this.#episode === undefined) return 'none'
    for (const span of this.#course?.silent ?? []) {
      if (this.#minute < span.from || this.#minute >= span.to) continue
      if (span.vitals === 'all') return 'all'
      for (const vital of span.vitals) this.#silent.add(vital)
    }
    return this.#silent.size > 0 ? 'some' : 'none'
  }

  #compose(at: number, values: Float64Array): Reading {
    const silent = this.#silent
    const isIll = this.#episode !== undefined && this.#course !== undefined
    const [oxygenFrom, oxygenTo] = (isIll ? this.#course?.oxygen : undefined) ?? [Infinity, Infinity]
    const reading: Reading = {
      patientId: this.target.id,
      at: Math.round(at),
      heartRate: values[HEART_RATE] ?? 0,
      temperature: values[TEMPERATURE] ?? 0,
      respiration: values[RESPIRATION] ?? 0,
      consciousness: isIll && this.#course !== undefined ? consciousnessAt(this.#course, this.#minute) : 'A',
      supplementalOxygen: this.#minute >= oxygenFrom && this.#minute < oxygenTo,
    }
    if (!silent.has('spo2')) reading.spo2 = values[SPO2] ?? 0
    if (!silent.has('systolic')) {
      reading.systolic = values[SYSTOLIC] ?? 0
      reading.diastolic = values[DIASTOLIC] ?? 0
    }
    return reading
  }

  #label(episode: Episode, now: { at: number; values: Float64Array; silence: 'all' | 'some' | 'none' }): void {
    episode.seenUntil = now.at
    if (!episode.expectsAlarm) return
    if (now.silence === 'all' || (now.silence === 'some' && this.scenario === 'sensor-off')) {
      noteCrossing(episode, { what: 'missing-data', level: 'warning', at: now.at })
    }
    if (now.silence === 'all') return
    for (let vital = 0; vital < VITALS.length; vital++) {
      const severity = severityOf(vital, this.#body.truth[vital] ?? 0)
      const what = VITALS[vital]
      // A limit that the patient is always beyond, as a saturation of 91 % in COPD, says nothing about this episode.
      const usual = severityOf(vital, this.person.resting[vital] ?? 0)
      if (severity <= usual || what === undefined || this.#silent.has(what)) continue
      if (usual === 0) noteCrossing(episode, { what, level: 'warning', at: now.at })
      if (severity === 2) noteCrossing(episode, { what, level: 'critical', at: now.at })
    }
  }
}

/** From the end of one episode to the onset of the next, in simulated time. */
const REST_MINUTES = [30, 180] as const
