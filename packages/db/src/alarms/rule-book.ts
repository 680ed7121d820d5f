import type { Bus } from '../events/bus.ts'
import { hospitalScope, type Scoped } from '../row-security/scope.ts'
import { compileRules, type PatientRules } from './rules.ts'
import { DEFAULT_ALARM_SETTINGS } from './settings.ts'
import { effectiveThresholds, type ThresholdRow } from './thresholds.ts'

/** The rules of a hospital's patients. */
export type RulesOf = (patientId: string, monitoring: Monitoring) => PatientRules

type Monitoring = 'continuous' | 'spot-checks'

interface HospitalRules {
  rows: ThresholdRow[]
  /** Patients with limits of their own. */
  withOwn: ReadonlySet<string>
  compiled: Map<string, PatientRules>
  until: number
}

/** Effective dates come into force, and changes made elsewhere are seen, at the latest after this long. */
const freshMs = 2_000

/** The compiled rules of every hospital in use, kept in memory for the hot path. */
export class RuleBook {
  readonly #scoped: Scoped
  readonly #hospitals = new Map<string, Promise<HospitalRules>>()
  readonly #unsubscribe: () => void

  constructor(scoped: Scoped, bus: Bus) {
    this.#scoped = scoped
    this.#unsubscribe = bus.subscribe((message) => {
      if (message.type === 'thresholds') this.#hospitals.delete(message.hospitalId)
    })
  }

  /** The rules of a hospital's patients as they stand now: look up as many as you like with the function it gives. */
  async of(hospitalId: string): Promise<RulesOf> {
    let rules = this.#hospitals.get(hospitalId)
    if (rules && (await rules).until < Date.now()) rules = undefined
    if (!rules) {
      rules = this.#load(hospitalId)
      this.#hospitals.set(hospitalId, rules)
      rules.catch(() => this.#hospitals.delete(hospitalId))
    }
    const { rows, withOwn, compiled } = await rules
    return (patientId, monitoring) => {
      const owner = withOwn.has(patientId) ? patientId : ''
      const key = `${owner}/${monitoring}`
      let found = compiled.get(key)
      if (!found) {
        const thresholds = effectiveThresholds(rows, owner, Date.now())
        found = compileRules({ thresholds, settings: DEFAULT_ALARM_SETTINGS, monitoring })
        compiled.set(key, found)
      }
      return found
    }
  }

  close(): void {
    this.#unsubscribe()
  }

  async #load(hospitalId: string): Promise<HospitalRules> {
    const rows = await this.#scoped.query(hospitalScope(hospitalId))<
      Omit<ThresholdRow, 'effectiveFrom' | 'effectiveUntil'> & { from: string; until: string | null }
    >({
      name: 'thresholds_of_hospital',
      text: `select patient_id "patientId", parameter, level, low, high, exit_margin "exitMargin",
                    dwell_seconds "dwellSeconds", effective_from "from", effective_until until
               from threshold where hospital_id = $1 and (effective_until is null or effective_until > now())`,
      values: [hospitalId],
    })
    const thresholds = rows.map(({ from, until, ...row }) => ({
      ...row,
      effectiveFrom: Date.parse(from),
      effectiveUntil: until === null ? null : Date.parse(until),
    }))
    return {
      rows: thresholds,
      withOwn: new Set(thresholds.flatMap(({ patientId }) => patientId ?? [])),
      compiled: new Map(),
      until: Date.now() + freshMs,
    }
  }
}
