import { NUMERIC_PARAMETERS, type NumericParameter } from './parameters.ts'

/** The column of each numeric parameter in `vital_reading` and, with a suffix, in `vital_hourly`. */
export const parameterColumns: Readonly<Record<NumericParameter, string>> = {
  heartRate: 'heart_rate',
  spo2: 'spo2',
  systolic: 'systolic',
  diastolic: 'diastolic',
  temperature: 'temperature',
  respiration: 'respiration',
}

/** Bits of `vital_reading.flags`: the numeric parameters that are implausible, in their order, then these. */
export const flagBits = { late: 1 << 8, clockSkew: 1 << 9, partialScore: 1 << 10 } as const

export function implausibleBit(parameter: NumericParameter): number {
  return 1 << NUMERIC_PARAMETERS.indexOf(parameter)
}
