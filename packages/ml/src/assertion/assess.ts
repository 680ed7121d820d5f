import type { Sentence } from '../text/index.ts'
import type { CueCategory } from './rules.ts'
import { type Scope, findScopes } from './scopes.ts'

type Decisive = Exclude<CueCategory, 'terminate' | 'pseudo' | 'affirmed'>

/** Why something was decided: the words that did it, where they stand, and the rule by its id. */
export interface Evidence {
  readonly category: Decisive
  readonly rule: string
  readonly text: string
  readonly start: number
  readonly end: number
}

/** The ConText axes of one target, each with the evidence behind it. */
export interface Axes {
  readonly negation: 'affirmed' | 'negated' | 'possible'
  readonly temporality: 'recent' | 'historical' | 'hypothetical'
  readonly experiencer: 'patient' | 'other'
  readonly evidence: readonly Evidence[]
}

export interface Target {
  /** UTF-16 offsets in the text of the sentence. */
  readonly start: number
  readonly end: number
  readonly type?: string
}

/** Reads the cues of a sentence once and answers for any number of targets in it. */
export function assessor(text: string, sentence: Sentence): (target: Target) => Axes {
  const scopes = findScopes(sentence.tokens)
  return (target) => {
    const covering = scopes.filter((scope) => covers(scope, sentence, target))
    // "no palpitations, leg swelling present": what is said of the item itself beats a negation from before it.
    const affirmed = covering.find((scope) => scope.rule.category === 'affirmed')
    const evidence = covering
      .filter(
        (scope) =>
          scope !== affirmed && !(affirmed && scope.rule.category === 'negated' && scope.cue.to <= affirmed.from),
      )
      .map((scope) => evidenceOf(text, sentence, scope))
    const has = (category: Decisive): boolean => evidence.some((one) => one.category === category)
    return {
      negation: has('negated') ? 'negated' : has('possible') ? 'possible' : 'affirmed',
      temporality: has('hypothetical') ? 'hypothetical' : has('historical') ? 'historical' : 'recent',
      experiencer: has('family') ? 'other' : 'patient',
      evidence,
    }
  }
}

function covers(scope: Scope, sentence: Sentence, target: Target): boolean {
  const { rule, cue } = scope
  if (rule.category === 'terminate' || rule.category === 'pseudo') return false
  if (rule.types.size > 0 && !rule.types.has(target.type ?? 'condition')) return false
  const last = sentence.tokens[scope.to - 1]
  const cueStart = sentence.tokens[cue.from]?.start
  if (!last || cueStart === undefined) return false
  // "status post CABG" as a target holds its own cue.
  if (rule.direction === 'self') return cueStart >= target.start && cueStart < target.end
  if (scope.from < cue.from) {
    const first = sentence.tokens[scope.from]
    return first !== undefined && target.start >= first.start && target.start < last.end
  }
  // "no acute" before the target "acute distress": the target may begin inside the cue, never with it.
  return target.start > cueStart && target.start < last.end
}

function evidenceOf(text: string, sentence: Sentence, scope: Scope): Evidence {
  const start = sentence.tokens[scope.cue.from]?.start ?? sentence.start
  const end = sentence.tokens[scope.cue.to - 1]?.end ?? start
  return { category: scope.rule.category as Decisive, rule: scope.rule.id, text: text.slice(start, end), start, end }
}
