import { NUMERIC_PARAMETERS, type NumericParameter, type Parameter, type VitalValues } from './parameters.ts'

/**
 * What a living patient can show, both ends included. Wider than any alarm bound on purpose: a value outside is a
 * sensor's, a value inside may be the sickest patient of the house. The upper ends of rates and pressures follow the
 * valid ranges of the MIMIC-III benchmark (Harutyunyan et al., Scientific Data 6:96, 2019: heart rate 350, pressures
 * 375, temperature 26-45); the other ends, where it has 0 or a rate of 300, are ours.
 * A zero lies outside everywhere: monitors send it for "not available". A true asystole or apnoea therefore shows as
 * missing data, whose alarm is critical for the heart rate.
 */
export const PLAUSIBLE: Readonly<Record<NumericParameter, { low: number; high: number }>> = {
  heartRate: { low: 10, high: 350 },
  spo2: { low: 10, high: 100 },
  systolic: { low: 20, high: 375 },
  diastolic: { low: 5, high: 375 },
  // A probe fallen into the sheets drifts towards room temperature; a core below 26 °C is met in theatre, not on a ward.
  temperature: { low: 26, high: 45 },
  respiration: { low: 1, high: 120 },
}

const NONE: readonly Parameter[] = Object.freeze([])

/**
 * The parameters of a reading whose values cannot be a patient's: outside `PLAUSIBLE`, not a number, or both pressures
 * where the systolic does not exceed the diastolic. They are stored flagged, never scored, never alarm and never become
 * the latest value.
 */
export function implausible(values: VitalValues): readonly Parameter[] {
  let found: Parameter[] | undefined
  for (const parameter of NUMERIC_PARAMETERS) {
    const value = values[parameter]
    if (value === undefined) continue
    const range = PLAUSIBLE[parameter]
    // Written so that NaN fails it.
    if (!(value >= range.low && value <= range.high)) (found ??= []).push(parameter)
  }
  const { systolic, diastolic } = values
  if (systolic !== undefined && diastolic !== undefined && systolic <= diastolic) {
    found ??= []
    if (!found.includes('systolic')) found.push('systolic')
    if (!found.includes('diastolic')) found.push('diastolic')
  }
  return found ?? NONE
}
