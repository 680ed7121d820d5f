/** ACVPU: alert, new confusion, responds to voice, responds to pain, unresponsive. */
export type Acvpu = 'A' | 'C' | 'V' | 'P' | 'U'

/** What a value of each parameter is. The numbers are in the unit that `PARAMETER_FACTS` names. */
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

interface ParameterFacts {
  /** For people, in a sentence or on a tile. */
  name: string
  /** UCUM; absent where the value is a code or a flag. */
  unit?: string
  /** LOINC; absent where LOINC has no code that means just this. */
  loinc?: string
}

/**
 * Codes of the FHIR vital signs profiles (hl7.org/fhir/observation-vitalsigns.html); for consciousness LOINC's "Level of
 * responsiveness".
 */
export const PARAMETER_FACTS: Readonly<Record<Parameter, ParameterFacts>> = {
  heartRate: { name: 'Heart rate', unit: '/min', loinc: '8867-4' },
  spo2: { name: 'Oxygen saturation', unit: '%', loinc: '59408-5' },
  systolic: { name: 'Systolic blood pressure', unit: 'mm[Hg]', loinc: '8480-6' },
  diastolic: { name: 'Diastolic blood pressure', unit: 'mm[Hg]', loinc: '8462-4' },
  temperature: { name: 'Temperature', unit: 'Cel', loinc: '8310-5' },
  respiration: { name: 'Respiratory rate', unit: '/min', loinc: '9279-1' },
  consciousness: { name: 'Consciousness (ACVPU)', loinc: '67775-7' },
  supplementalOxygen: { name: 'Supplemental oxygen' },
}
