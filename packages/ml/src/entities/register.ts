import { classify } from '../classifier/classify.ts'
import { registerFeatures } from '../classifier/features.ts'

/** Notes are dictated or typed at work; reports are published cases; abstracts are research papers. */
export type Register = 'note' | 'report' | 'abstract'

/** A text must look this much like literature before it is read as such: the house is built for notes. */
const LITERATURE = 0.5

/** The kind of a text without section or headings, by its words. */
export function registerOf(text: string): Register {
  const [best] = classify('register', registerFeatures(text))
  return best && best.probability >= LITERATURE && (best.label === 'report' || best.label === 'abstract')
    ? best.label
    : 'note'
}
