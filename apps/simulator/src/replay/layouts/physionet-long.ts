import type { Layout } from '../layout.ts'
import { fromGlasgow, numberOf, presentValues, type RecordedReading } from '../recorded-reading.ts'

/**
 * PhysioNet/CinC Challenge 2012 as published: one row per value, `hh:mm` since admission. Rows of one stay and minute
 * follow each other and are joined to one reading; descriptors and laboratory values are no vital signs.
 */
export const physionetLong: Layout = {
  name: 'physionet2012 long',
  columns: ['RecordID', 'Time', 'Parameter', 'Value'],
  joinsRows: true,
  read: (row) => {
    const parameter = row('Parameter') ?? ''
    const values = valuesOf(parameter, row('Value'))
    if (values === undefined) return { kind: 'refused', reason: 'not a vital sign' }
    const reading: RecordedReading = {
      stay: row('RecordID') ?? '',
      time: { kind: 'relative', ms: sinceAdmission(row('Time') ?? '') },
      values,
    }
    if (parameter.endsWith('ABP')) reading.pressureFrom = parameter.startsWith('NI') ? 'cuff' : 'artery'
    return { kind: 'reading', reading }
  },
}

function valuesOf(parameter: string, field: string | undefined): RecordedReading['values'] | undefined {
  if (!VITAL_PARAMETERS.has(parameter)) return undefined
  const value = numberOf(field)
  switch (parameter) {
    case 'HR':
      return presentValues({ heartRate: value })
    case 'RespRate':
      return presentValues({ respiration: value })
    case 'Temp':
      return presentValues({ temperature: value })
    case 'SaO2':
      return presentValues({ spo2: value })
    case 'SysABP':
    case 'NISysABP':
      return presentValues({ systolic: value })
    case 'DiasABP':
    case 'NIDiasABP':
      return presentValues({ diastolic: value })
    default:
      return presentValues({ consciousness: fromGlasgow(value) })
  }
}

const VITAL_PARAMETERS = new Set([
  'HR',
  'RespRate',
  'Temp',
  'SaO2',
  'SysABP',
  'NISysABP',
  'DiasABP',
  'NIDiasABP',
  'GCS',
])

function sinceAdmission(text: string): number {
  const [, hours, minutes] = /^(\d{1,3}):([0-5]\d)$/.exec(text) ?? []
  return hours === undefined || minutes === undefined ? Number.NaN : (Number(hours) * 60 + Number(minutes)) * 60_000
}
