import type { Layout } from '../layout.ts'
import { choosePressure, fromGlasgow, numberOf, presentValues } from '../recorded-reading.ts'

/** PhysioNet/CinC Challenge 2012, pivoted: one row per stay and minute since admission. FiO2 is a fraction. */
export const physionetWide: Layout = {
  name: 'physionet2012 wide',
  columns: ['RecordID', 'minutes', 'HR', 'RespRate', 'Temp', 'SaO2'],
  read: (row) => {
    const fractionOfOxygen = numberOf(row('FiO2'))
    return {
      kind: 'reading',
      reading: {
        stay: row('RecordID') ?? '',
        time: { kind: 'relative', ms: (numberOf(row('minutes')) ?? Number.NaN) * 60_000 },
        values: presentValues({
          heartRate: numberOf(row('HR')),
          respiration: numberOf(row('RespRate')),
          temperature: numberOf(row('Temp')),
          spo2: numberOf(row('SaO2')),
          ...choosePressure(
            { systolic: numberOf(row('SysABP')), diastolic: numberOf(row('DiasABP')) },
            { systolic: numberOf(row('NISysABP')), diastolic: numberOf(row('NIDiasABP')) },
          ),
          supplementalOxygen: fractionOfOxygen === undefined ? undefined : fractionOfOxygen > 0.21,
          consciousness: fromGlasgow(numberOf(row('GCS'))),
        }),
      },
    }
  },
}
