import { parseSig, speakSig } from '@chartwire/ml/sig'
import { type LineInput, textField } from './lines.ts'

/** `{text}` to the fields of a medication instruction and its plain words. */
export function answerSig(input: LineInput): object {
  const record = parseSig(textField(input, 'text'))
  const { dose, doseMax, unit, route, frequency, asNeeded, duration, isComplex } = record
  return {
    dose,
    dose_max: doseMax,
    unit,
    route,
    frequency,
    prn: asNeeded,
    duration,
    complex: isComplex,
    patient_text: speakSig(record),
  }
}
