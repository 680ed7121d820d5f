import { assertTarget } from '@chartwire/ml/assertion'
import { LineError, type LineInput, textField } from './lines.ts'

/** `{text, target: {start, end, type?}}` to the axes of the target. */
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

function isOffset(value: unknown, text: string): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= text.length
}
