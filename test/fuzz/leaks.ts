/** Words of the machinery, which no answer has. */
const machinery =
  /\bselect\b|\binsert into\b|violates|constraint|syntax error|null value in column|relation "|duplicate key|node_modules|\.ts:\d+|\bat \S+ \(|ECONN|stack/i

/** Keys of prototypes, which the refusal of such keys names. */
const refusedKeys = new Set(['__proto__', 'constructor', 'prototype'])

/** What could be a field's name: the refusal of a field that nobody knows names it, to whoever sent it. */
const fieldName = /^[a-z]\w{0,39}$/i

/** What an error says that it should not: texts of the input, or of the inside. Words of the schema are everybody's. */
export function leakOf(error: string, input: unknown, schema: string): string | undefined {
  const [inside] = machinery.exec(error) ?? []
  if (inside !== undefined) return inside
  for (const text of textsIn(input)) {
    if (refusedKeys.has(text)) continue
    if (text.length > 8 && !schema.includes(text) && error.includes(JSON.stringify(text).slice(1, -1).slice(0, 40)))
      return text
  }
  return undefined
}

/** With a stack of its own: inputs are nested thousands deep, where a generator that delegates pays for each level again. */
function* textsIn(input: unknown): Generator<string> {
  const waiting = [input]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value === 'string') yield value
    else if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) {
        if (!fieldName.test(key)) yield key
        waiting.push(inner)
      }
    }
  }
}
