import type { Layout } from '../layout.ts'
import { choosePressure, numberOf, presentValues } from '../recorded-reading.ts'

/**
 * MIMIC-III waveform database numerics: a bedside monitor once a minute, clock without a zone taken as UTC. Zeros are what
 * the monitor wrote and are sent as they are; the oximeter's pulse stands in where the ECG gave no heart rate.
 */
export const mimicNumerics: Layout = {
  name: 'mimic3wdb numerics',
  columns: ['record', 'timestamp', 'HR', 'PULSE', 'RESP', 'SpO2'],
  read: (row) => {
    const clock = row('timestamp') ?? ''
    return {
      kind: 'reading',
      reading: {
        stay: row('record') ?? '',
        time: { kind: 'absolute', ms: Date.parse(/Z|[+-]\d\d:?\d\d$/.test(clock) ? clock : `${clock}Z`) },
        values: presentValues({
          heartRate: numberOf(row('HR')) ?? numberOf(row('PULSE')),
          respiration: numberOf(row('RESP')),
          spo2: numberOf(row('SpO2')),
          ...choosePressure(
            { systolic: numberOf(row('ABPSys')), diastolic: numberOf(row('ABPDias')) },
            { systolic: numberOf(row('NBPSys')), diastolic: numberOf(row('NBPDias')) },
          ),
        }),
      },
    }
  },
}
