import type { VisitVitalsReading } from '@chartwire/db'

/** Vital signs of a visit in the units they are spoken of, those that were taken. */
export function printedVitals(vitals: VisitVitalsReading): { name: string; value: string }[] {
  const { systolic, diastolic, waistHipRatio, isWaistHipRaised } = vitals
  const shown: [name: string, value: number | string | null, unit: string][] = [
    [
      'Blood pressure',
      systolic === null && diastolic === null ? null : `${systolic ?? '–'}/${diastolic ?? '–'}`,
      ' mmHg',
    ],
    ['Heart rate', vitals.heartRate, '/min'],
    ['Pulse', vitals.pulse, '/min'],
    ['SpO2', vitals.spo2, ' %'],
    ['Respiration', vitals.respiration, '/min'],
    ['Temperature', vitals.temperature, ' °C'],
    ['Weight', vitals.weightKg, ' kg'],
    ['Height', vitals.heightCm, ' cm'],
    ['BMI', vitals.bmi, ' kg/m²'],
    ['Waist', vitals.waistCm, ' cm'],
    ['Hip', vitals.hipCm, ' cm'],
    ['Waist-hip ratio', waistHipRatio, isWaistHipRaised === true ? ' (raised)' : ''],
  ]
  return shown.flatMap(([name, value, unit]) => (value === null ? [] : [{ name, value: `${value}${unit}` }]))
}
