import type { Consciousness } from '../../bedside.ts'
import type { Layout } from '../layout.ts'
import { fromGlasgow, numberOf, presentValues } from '../recorded-reading.ts'

/** eICU demo, charted examinations pivoted: one row per stay and note, minutes since unit admission. FiO2 in percent. */
export const eicuWide: Layout = {
  name: 'eicu wide',
  columns: ['patientunitstayid', 'offset_min', 'hr', 'resp_rate', 'o2_sat'],
  read: (row) => {
    const percentOxygen = numberOf(row('fio2_pct'))
    const [eyes, verbal, motor] = ['gcs_eyes', 'gcs_verbal', 'gcs_motor'].map((part) => numberOf(row(part)))
    const glasgow = eyes && verbal && motor ? eyes + verbal + motor : undefined
    return {
      kind: 'reading',
      reading: {
        stay: row('patientunitstayid') ?? '',
        time: { kind: 'relative', ms: (numberOf(row('offset_min')) ?? Number.NaN) * 60_000 },
        values: presentValues({
          heartRate: numberOf(row('hr')),
          respiration: numberOf(row('resp_rate')),
          spo2: numberOf(row('o2_sat')),
          systolic: numberOf(row('bp_systolic')),
          diastolic: numberOf(row('bp_diastolic')),
          supplementalOxygen: percentOxygen === undefined ? undefined : percentOxygen > 21,
          consciousness: fromGlasgow(glasgow) ?? CHARTED[(row('consciousness') ?? '').trim().toLowerCase()],
        }),
      },
    }
  },
}

const CHARTED: Partial<Record<string, Consciousness>> = {
  'normal loc': 'A',
  somnolent: 'V',
  sedated: 'P',
  comatose: 'U',
}
