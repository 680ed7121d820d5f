/** ACVPU: alert, new confusion, responds to voice, responds to pain, unresponsive. */
export type Acvpu = 'A' | 'C' | 'V' | 'P' | 'U'

/**
 * What a value of each parameter is. Units (UCUM): heart rate and respiration `/min`, SpO2 `%`, pressures `mm[Hg]`,
 * temperature `Cel`. Consciousness is an ACVPU letter.
 */
export interface VitalTypes {
  heartRate: number
  spo2: number
  systolic: number
  diastolic: number
  temperature: number
  respiration: number
  consciousness: Acvpu
  supplementalOxygen: boolean
}

/** A closed list: a value under any other name never enters the record. */
export type Parameter = keyof VitalTypes

/** The parameters that have a number, and so bounds, thresholds and trends. */
export type NumericParameter = Exclude<Parameter, 'consciousness' | 'supplementalOxygen'>

/** A reading's values: any subset, an absent key when not measured. */
export type VitalValues = { [P in Parameter]?: VitalTypes[P] }

export const NUMERIC_PARAMETERS = [
  'heartRate',
  'spo2',
  'systolic',
  'diastolic',
  'temperature',
  'respiration',
] as const satisfies readonly NumericParameter[]

export const PARAMETERS = [
  ...NUMERIC_PARAMETERS,
  'consciousness',
  'supplementalOxygen',
] as const satisfies readonly Parameter[]
