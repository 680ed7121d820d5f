import type { Consciousness } from '../../bedside.ts'
import { UsageError } from '../../exit-code.ts'
import type { Layout } from '../layout.ts'
import { fromGlasgow, numberOf, presentValues, type RecordedTime } from '../recorded-reading.ts'

/** What `--map` may name on the left side. */
const FIELDS = [
  'patient',
  'time',
  'minutes',
  'seconds',
  'heartRate',
  'spo2',
  'systolic',
  'diastolic',
  'temperature',
  'respiration',
  'consciousness',
  'gcs',
  'oxygen',
] as const

/** `heartRate=HR,spo2=SpO2,time=when` as a map from our field to the file's column. @throws UsageError */
export function parseMap(text: string): Map<string, string> {
  const map = new Map<string, string>()
  for (const pair of text.split(',')) {
    const split = pair.indexOf('=')
    const [field, column] = [pair.slice(0, split).trim(), pair.slice(split + 1).trim()]
    if (split < 1 || column === '' || !FIELDS.some((known) => known === field)) {
      throw new UsageError(`--map wants FIELD=COLUMN,... with fields ${FIELDS.join(', ')}; "${pair}" is none`)
    }
    map.set(field, column)
  }
  if (!['time', 'minutes', 'seconds'].some((field) => map.has(field))) {
    throw new UsageError('--map must say where the time stands: time (a clock), minutes or seconds (since the start)')
  }
  return map
}

/** A file whose columns the user named. `oxygen` is 1, 0, true or false; without `patient` all rows are one patient's. */
export function mappedLayout(map: ReadonlyMap<string, string>): Layout {
  const column = (field: (typeof FIELDS)[number]) => map.get(field) ?? ''
  return {
    name: 'columns by --map',
    columns: [],
    read: (row) => {
      const letter = (row(column('consciousness')) ?? '').trim().toUpperCase()
      const oxygen = (row(column('oxygen')) ?? '').trim().toLowerCase()
      return {
        kind: 'reading',
        reading: {
          stay: map.has('patient') ? (row(column('patient')) ?? '') : 'the file',
          time: timeOf((field) => row(column(field))),
          values: presentValues({
            heartRate: numberOf(row(column('heartRate'))),
            spo2: numberOf(row(column('spo2'))),
            systolic: numberOf(row(column('systolic'))),
            diastolic: numberOf(row(column('diastolic'))),
            temperature: numberOf(row(column('temperature'))),
            respiration: numberOf(row(column('respiration'))),
            supplementalOxygen: oxygen === '' ? undefined : oxygen === '1' || oxygen === 'true',
            consciousness: /^[ACVPU]$/.test(letter)
              ? (letter as Consciousness)
              : fromGlasgow(numberOf(row(column('gcs')))),
          }),
        },
      }
    },
  }
}

function timeOf(field: (name: 'time' | 'minutes' | 'seconds') => string | undefined): RecordedTime {
  const clock = field('time')
  if (clock !== undefined) return { kind: 'absolute', ms: Date.parse(clock) }
  const minutes = numberOf(field('minutes'))
  return {
    kind: 'relative',
    ms: minutes === undefined ? (numberOf(field('seconds')) ?? Number.NaN) * 1000 : minutes * 60_000,
  }
}
