import { SpeechError } from './errors.ts'
import { normaliseTranscript } from './text/normalise-transcript.ts'

/** One step of an alignment of what was said with what was heard. */
export interface AlignmentStep {
  readonly kind: 'right' | 'substituted' | 'left out' | 'added'
  readonly said?: string
  readonly heard?: string
}

export interface ErrorCount {
  readonly substituted: number
  readonly leftOut: number
  readonly added: number
  /** Units (words or characters) that were said. */
  readonly said: number
}

/** The alignment with the fewest errors (Levenshtein); among equals substitutions come before pairs of left out and added. */
export function align(said: readonly string[], heard: readonly string[]): AlignmentStep[] {
  const width = heard.length + 1
  const cost = new Uint32Array((said.length + 1) * width)
  for (let i = 0; i <= said.length; i++)
    for (let j = 0; j <= heard.length; j++) {
      const at = i * width + j
      if (i === 0 || j === 0) cost[at] = i + j
      else {
        const replaced = (cost[at - width - 1] ?? 0) + (said[i - 1] === heard[j - 1] ? 0 : 1)
        cost[at] = Math.min(replaced, (cost[at - width] ?? 0) + 1, (cost[at - 1] ?? 0) + 1)
      }
    }
  const steps: AlignmentStep[] = []
  for (let i = said.length, j = heard.length; i > 0 || j > 0;) {
    const at = i * width + j
    const [was, is] = [said[i - 1] ?? '', heard[j - 1] ?? '']
    if (i > 0 && j > 0 && cost[at] === (cost[at - width - 1] ?? 0) + (was === is ? 0 : 1)) {
      steps.push({ kind: was === is ? 'right' : 'substituted', said: was, heard: is })
      i--
      j--
    } else if (i > 0 && cost[at] === (cost[at - width] ?? 0) + 1) {
      steps.push({ kind: 'left out', said: was })
      i--
    } else {
      steps.push({ kind: 'added', heard: is })
      j--
    }
  }
  return steps.reverse()
}

export function countErrors(said: readonly string[], heard: readonly string[]): ErrorCount {
  const steps = align(said, heard)
  const count = (kind: AlignmentStep['kind']): number => steps.filter((step) => step.kind === kind).length
  return { substituted: count('substituted'), leftOut: count('left out'), added: count('added'), said: said.length }
}

export function sumErrors(counts: readonly ErrorCount[]): ErrorCount {
  const sum = (of: keyof ErrorCount): number => counts.reduce((total, count) => total + count[of], 0)
  return { substituted: sum('substituted'), leftOut: sum('leftOut'), added: sum('added'), said: sum('said') }
}

/** Errors for each unit said; above 1 when more was added than said. Throws `evaluation.invalid` when nothing was said. */
export function errorRate(count: ErrorCount): number {
  if (count.said === 0)
    throw new SpeechError('evaluation.invalid', 'The reference texts hold no words.', { field: 'transcripts' })
  return (count.substituted + count.leftOut + count.added) / count.said
}

/** Lower-case words without punctuation, as both sides of a comparison should be. */
export function scoringWords(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}' ]+/gu, ' ')
    .split(' ')
    .filter((word) => word !== '')
}

/** Word errors and character errors (spaces count as characters) of one utterance. */
export function scoreUtterance(said: string, heard: string): { words: ErrorCount; characters: ErrorCount } {
  const [a, b] = [scoringWords(said), scoringWords(heard)]
  return { words: countErrors(a, b), characters: countErrors(Array.from(a.join(' ')), Array.from(b.join(' '))) }
}

/**
 * Both sides of a comparison in the same form. People write "140/90" and "5 mg" and say it in more than one way: a
 * reference that holds a figure is compared as text for a note, any other word by spoken word.
 */
export function comparable(
  said: string,
  heard: { readonly raw: string; readonly text: string },
): { said: string; heard: string } {
  if (!/\d/.test(said)) return { said, heard: heard.raw }
  const words = said
    .toLowerCase()
    // A unit that touches its figure, and thousands in groups.
    .replace(/(\d)(mg|mcg|g|kg|ml|l|mmol|mmhg|bpm)(?![\p{L}\p{N}])/gu, '$1 $2')
    .replace(/(\d),(?=\d{3})/g, '$1')
    .split(/\s+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}%]+$/gu, ''))
    .filter((word) => word !== '')
  return { said: normaliseTranscript(words).text, heard: heard.text.replace(/(\d),(?=\d{3})/g, '$1') }
}
