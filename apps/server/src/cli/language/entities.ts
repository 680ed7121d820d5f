import { readEntities } from '@chartwire/ml/entities'
import { LineError, type LineInput, textField } from './lines.ts'

/** `{text, section?}` to `{entities}`. */
export function answerEntities(input: LineInput): object {
  const text = textField(input, 'text')
  const { section } = input
  if (section !== undefined && section !== null && typeof section !== 'string')
    throw new LineError('section', 'is not a string')
  return { entities: readEntities(text, typeof section === 'string' ? { section } : {}) }
}
