import { type Entity, readEntities } from '@chartwire/ml/entities'

const COLOURS: Readonly<Record<Entity['type'], number>> = {
  medication: 35,
  dosage: 95,
  route: 95,
  frequency: 95,
  duration: 95,
  condition: 31,
  symptom: 33,
  procedure: 34,
  anatomy: 90,
  test: 36,
  vital: 36,
  value: 96,
  allergy: 91,
}
const MARKS: Readonly<Record<NonNullable<Entity['assertion']>, string>> = {
  present: '',
  absent: '−',
  possible: '?',
  hypothetical: 'if',
  historical: 'past',
  family: 'family',
}

/** The note with its entities marked, and below it what was read, a line each with the words that decided. */
export function renderReading(text: string, { colour }: { readonly colour: boolean }): string {
  const paint = (code: number, words: string): string => (colour ? `\u001B[${code}m${words}\u001B[0m` : words)
  const entities = readEntities(text)
  let marked = ''
  let last = 0
  for (const entity of entities) {
    const mark = entity.assertion ? MARKS[entity.assertion] : ''
    marked += text.slice(last, entity.start) + paint(COLOURS[entity.type], colour ? entity.text : `[${entity.text}]`)
    if (mark) marked += paint(2, `(${mark})`)
    last = entity.end
  }
  const lines = entities.map((entity) => {
    const why = entity.evidence?.map((one) => `"${one.text}" ${one.rule}`).join(', ') ?? ''
    const codes = entity.codes.map((code) => `${code.system} ${code.code}`).join(', ')
    const facts = [entity.assertion, attributesText(entity), codes, why].filter(Boolean).join(' · ')
    return `${paint(COLOURS[entity.type], entity.type.padEnd(11))} ${entity.text.replaceAll(/\s+/g, ' ')}${facts ? paint(2, `  ${facts}`) : ''}`
  })
  return `${marked}${text.slice(last)}\n\n${lines.join('\n')}\n`
}

function attributesText({ attributes }: Entity): string {
  if (attributes === undefined) return ''
  if (attributes.kind === 'measurement')
    return `= ${attributes.comparator ?? ''}${attributes.value}${attributes.second === undefined ? '' : `/${attributes.second}`} ${attributes.unit ?? ''}`.trim()
  const { dose, route, frequency, duration, asNeeded } = attributes
  const amount = dose ? `${dose.low}${dose.high === undefined ? '' : `-${dose.high}`} ${dose.ucum}` : null
  return [amount, route, frequency, asNeeded ? 'as needed' : null, duration].filter(Boolean).join(', ')
}
