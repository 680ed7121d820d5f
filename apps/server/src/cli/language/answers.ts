import { assertTarget } from '@chartwire/ml/assertion'
import { readEntities } from '@chartwire/ml/entities'
import { classifySection, findSections } from '@chartwire/ml/sections'
import { parseSig, speakSig } from '@chartwire/ml/sig'
import { type LineInput, LineError, textField } from './lines.ts'

export function answerEntities(input: LineInput): object {
  const text = textField(input, 'text')
  const { section } = input
  if (section !== undefined && section !== null && typeof section !== 'string')
    throw new LineError('section', 'is not a string')
  return { entities: readEntities(text, typeof section === 'string' ? { section } : {}) }
}

export function answerAssertion(input: LineInput): object {
  const text = textField(input, 'text')
  const { target } = input
  if (typeof target !== 'object' || target === null)
    throw new LineError('target', target === undefined ? 'is missing' : 'is not an object')
  const { start, end, type } = target as { start?: unknown; end?: unknown; type?: unknown }
  if (!isOffset(start, text)) throw new LineError('target.start', 'is not an offset in the text')
  if (!isOffset(end, text) || end <= start)
    throw new LineError('target.end', 'is not an offset in the text behind target.start')
  const { negation, temporality, experiencer, evidence } = assertTarget(text, {
    start,
    end,
    ...(typeof type === 'string' ? { type } : {}),
  })
  return { negation, temporality, experiencer, evidence }
}

export function answerSection(input: LineInput): object {
  const text = textField(input, 'text')
  const { label, confidence } = classifySection(text)
  return { section: label, confidence, sections: findSections(text) }
}

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

function isOffset(value: unknown, text: string): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= text.length
}
