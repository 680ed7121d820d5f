import { classifySection, findSections } from '@chartwire/ml/sections'
import { type LineInput, textField } from './lines.ts'

/** `{text}` to the label of the passage and the sections its headings make. */
export function answerSection(input: LineInput): object {
  const text = textField(input, 'text')
  const { label, confidence } = classifySection(text)
  return { section: label, confidence, sections: findSections(text) }
}
