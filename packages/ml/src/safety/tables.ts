import { type Columns, type Row, readTable } from '../vocabulary/table.ts'
import { termKey } from '../vocabulary/term-key.ts'
import { SEVERITIES } from './types.ts'

function lazy<T>(read: () => T): () => T {
  let value: { readonly it: T } | undefined
  return () => (value ??= { it: read() }).it
}

function table<C extends Columns>(file: string, columns: C): () => readonly Row<C>[] {
  return lazy(() => Object.freeze(readTable(`safety/${file}`, columns)))
}

const severity = { values: SEVERITIES }
const text = { optional: true }

/** A name that begins with @ is a class. */
export const interactionRows = table('interactions.tsv', {
  id: {},
  a: {},
  b: {},
  severity,
  effect: {},
  mechanism: {},
  advice: {},
  alternatives: text,
  source: {},
})
export const crossReactionRows = table('cross_reactions.tsv', { allergy: {}, class: {}, reason: {}, source: {} })
export const cautionRows = table('cautions.tsv', {
  condition: {},
  drug: {},
  severity,
  effect: {},
  advice: text,
  source: {},
})
export const maximumDoses = lazy(
  () =>
    new Map(
      readTable('safety/maximum_doses.tsv', {
        ingredient: {},
        mg_per_day: { optional: true, pattern: /^\d+(?:\.\d+)?$/ },
        weekly: { optional: true, values: ['weekly'] },
        source: {},
      }).map((row) => [row.ingredient, row]),
    ),
)

/** Classes of an ingredient. */
export const classesOf = lazy(() => {
  const classes = new Map<string, Set<string>>()
  for (const row of readTable('safety/drug_classes.tsv', { class: { pattern: /^[a-z0-9_]+$/ }, member: {} }))
    classes.set(row.member, (classes.get(row.member) ?? new Set()).add(row.class))
  return classes
})

/** Classes by the names people give them: `sulfa`, `blood thinner`, `MAOI`. */
export const classNames = lazy(
  () =>
    new Map(readTable('safety/class_names.tsv', { name: {}, class: {} }).map((row) => [termKey(row.name), row.class])),
)
export const conditionTerms = lazy(
  () =>
    new Map(
      readTable('safety/conditions.tsv', { term: {}, condition: {} }).map((row) => [termKey(row.term), row.condition]),
    ),
)
const brandCorrections = lazy(
  () =>
    new Map(
      readTable('brands.tsv', { brand: {}, ingredients: {} }).map((row) => [
        termKey(row.brand),
        row.ingredients.split('|'),
      ]),
    ),
)

/**
 * Ingredients by every name of the drug vocabulary: ingredients, salts, brands, synonyms, combinations. The source lacks
 * ingredients that begin with A in its brands; vocabulary/brands.tsv puts the common ones right, adds brands that have left the market, and wins.
 */
export const ingredientsByName = lazy(() => {
  const byName = new Map<string, readonly string[]>()
  const rows = readTable('drugs.tsv', { name: {}, kind: {}, ingredients: { optional: true } })
  const isIngredient = new Set(rows.flatMap((row) => (row.kind === 'ingredient' ? [row.name] : [])))
  for (const row of rows) {
    if (row.kind === 'class') continue
    const listed = row.kind === 'precise' ? [baseOf(row.name, isIngredient)] : row.ingredients.split(/\||\s\/\s/)
    const ingredients = listed.filter((name) => name !== '')
    if (ingredients.length > 0 && !byName.has(termKey(row.name))) byName.set(termKey(row.name), ingredients)
  }
  for (const [brand, ingredients] of brandCorrections()) byName.set(brand, ingredients)
  return byName
})

/** `warfarin sodium` is `warfarin`: the longest leading words that name an ingredient, else the name itself. */
function baseOf(salt: string, isIngredient: ReadonlySet<string>): string {
  const words = salt.split(' ')
  for (let n = words.length - 1; n > 0; n--) {
    const base = words.slice(0, n).join(' ')
    if (isIngredient.has(base)) return base
  }
  return salt
}
