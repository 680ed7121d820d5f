import { type Token, tokenise } from '../text/index.ts'
import { isJoint, tokenStem } from '../vocabulary/term-key.ts'
import { classNames, classesOf, conditionTerms, ingredientsByName } from './tables.ts'

/** A medicine or allergen brought down to ingredients and the classes they belong to. */
export interface Resolved {
  readonly text: string
  readonly ingredients: readonly string[]
  /** With the classes named directly (`sulfa`). */
  readonly classes: ReadonlySet<string>
}

const LONGEST_NAME = 8

/** Resolves brands, salts, synonyms, combinations and class names inside a text with doses and the like; none when unknown. */
export function resolveDrug(text: string): Resolved {
  const ingredients = new Set<string>()
  const classes = new Set<string>()
  const tokens = tokenise(text).filter((token) => !isJoint(token))
  for (let i = 0; i < tokens.length;) {
    const found = longestName(tokens, i, (key) => ingredientsByName().has(key) || classNames().has(key))
    if (!found) {
      i++
      continue
    }
    const named = classNames().get(found.key)
    if (named !== undefined) classes.add(named)
    for (const ingredient of ingredientsByName().get(found.key) ?? [])
      if (!SMALL_TALK.has(found.key)) ingredients.add(ingredient)
    i = found.to
  }
  for (const ingredient of ingredients)
    for (const base of basesOf(ingredient)) for (const one of classesOf().get(base) ?? []) classes.add(one)
  return { text, ingredients: [...ingredients], classes }
}

/** `lithium carbonate` acts as `lithium`, `insulin glargine` as `insulin`: the name and its leading words. */
function basesOf(ingredient: string): string[] {
  const words = ingredient.split(' ')
  return words.map((_, i) => words.slice(0, i + 1).join(' '))
}

/** Drug names that are everyday words in an instruction: "with water", "perform". */
const SMALL_TALK = new Set(['water', 'align', 'perform', 'apple', 'oxygen', 'carbon', 'air', 'ery', 'rid'])

/** Groups of conditions (renal_failure, pregnancy …) a text speaks of. */
export function conditionGroups(text: string): ReadonlySet<string> {
  const tokens = tokenise(text).filter((token) => !isJoint(token))
  const groups = new Set<string>()
  for (let i = 0; i < tokens.length;) {
    const found = longestName(tokens, i, (key) => conditionTerms().has(key))
    const group = found && conditionTerms().get(found.key)
    if (group && !isDenied(tokens, i)) groups.add(group)
    i = found ? found.to : i + 1
  }
  return groups
}

function isDenied(tokens: readonly Token[], at: number): boolean {
  return tokens
    .slice(Math.max(0, at - 4), at)
    .some((token) =>
      ['no', 'not', 'denies', 'without', 'negative', 'never', 'mother', 'father', 'family'].includes(token.key),
    )
}

function longestName(
  tokens: readonly Token[],
  from: number,
  isName: (key: string) => boolean,
): { key: string; to: number } | undefined {
  let best: { key: string; to: number } | undefined
  let key = ''
  for (let n = 1; n <= LONGEST_NAME && from + n <= tokens.length; n++) {
    const token = tokens[from + n - 1]
    if (!token) break
    key += (n > 1 ? ' ' : '') + tokenStem(token)
    if (isName(key)) best = { key, to: from + n }
  }
  return best
}

/** Whether a name of a rule (`@class` or an ingredient) is one of these. */
export function fits(name: string, drug: Resolved): boolean {
  return name.startsWith('@')
    ? drug.classes.has(name.slice(1))
    : drug.ingredients.some((ingredient) => basesOf(ingredient).includes(name))
}
