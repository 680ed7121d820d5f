import { SpeechError } from '../errors.ts'

/** The classes of a CTC model: `letters[i]` is the lower-case character of class i, or null for a class that is none. */
export interface Vocabulary {
  readonly size: number
  readonly blank: number
  /** The class between words. */
  readonly delimiter: number
  readonly letters: readonly (string | null)[]
  readonly classOf: ReadonlyMap<string, number>
}

/** Reads the vocab.json of a wav2vec2 export: `{ "<pad>": 0, "|": 4, "E": 5, ... }`; `<pad>` is CTC's blank. */
export function parseVocabulary(json: unknown): Vocabulary {
  if (typeof json !== 'object' || json === null) throw invalid('it is no object')
  const entries = Object.entries(json)
  const letters: (string | null)[] = Array.from({ length: entries.length }, () => null)
  const classOf = new Map<string, number>()
  let blank = -1
  let delimiter = -1
  if (new Set(entries.map(([, index]) => index)).size < entries.length) throw invalid('two tokens have one index')
  for (const [token, value] of entries) {
    const index: unknown = value
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= entries.length)
      throw invalid('its indices are not 0 to n-1')
    if (token === '<pad>' || token === '[PAD]') blank = index
    else if (token === '|') delimiter = index
    else if (Array.from(token).length === 1) {
      const letter = token.toLowerCase()
      letters[index] = letter
      classOf.set(letter, index)
    }
  }
  if (blank < 0) throw invalid('it has no <pad>')
  if (delimiter < 0) throw invalid('it has no | between words')
  if (classOf.size === 0) throw invalid('it has no letters')
  return { size: entries.length, blank, delimiter, letters, classOf }
}

function invalid(why: string): SpeechError {
  return new SpeechError('model.invalid', `vocab.json cannot be used: ${why}.`, { field: 'vocab.json' })
}
