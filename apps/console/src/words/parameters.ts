import type { Parameter } from '../ward/tile.ts'

export interface ParameterWords {
  /** As a chart names it. */
  name: string
  /** Where room is scarce. */
  short: string
  unit: string
  /** The unit as it is read aloud. */
  spokenUnit: string
  digits: number
}

export const parameterWords: Record<Parameter, ParameterWords> = {
  heartRate: { name: 'Heart rate', short: 'HR', unit: '/min', spokenUnit: 'per minute', digits: 0 },
  spo2: { name: 'SpO₂', short: 'SpO₂', unit: '%', spokenUnit: 'percent', digits: 0 },
  systolic: { name: 'Systolic pressure', short: 'Sys', unit: 'mmHg', spokenUnit: 'millimetres of mercury', digits: 0 },
  diastolic: {
    name: 'Diastolic pressure',
    short: 'Dia',
    unit: 'mmHg',
    spokenUnit: 'millimetres of mercury',
    digits: 0,
  },
  temperature: { name: 'Temperature', short: 'Temp', unit: '°C', spokenUnit: 'degrees', digits: 1 },
  respiration: { name: 'Respiration', short: 'Resp', unit: '/min', spokenUnit: 'per minute', digits: 0 },
  consciousness: { name: 'Consciousness', short: 'ACVPU', unit: '', spokenUnit: '', digits: 0 },
  supplementalOxygen: { name: 'Oxygen', short: 'O₂', unit: '', spokenUnit: '', digits: 0 },
}

export const consciousnessWords = {
  A: 'Alert',
  C: 'New confusion',
  V: 'Responds to voice',
  P: 'Responds to pain',
  U: 'Unresponsive',
} as const

/** The words for a parameter's name as it came over the wire; undefined for one this release does not know. */
export function wordsFor(parameter: string | null): ParameterWords | undefined {
  return parameter !== null && parameter in parameterWords ? parameterWords[parameter as Parameter] : undefined
}
