import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A line that cannot be answered: names the field, never quotes the text. */
export class LineError extends Error {
  override readonly name = 'LineError'
  readonly field: string
  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`)
    this.field = field
  }
}

export type LineInput = Readonly<Record<string, unknown>>

/** One answer a line, in order. A bad line is answered with an error object of its own and the next one goes on. */
export async function answerLines(answer: (input: LineInput) => object): Promise<void> {
  let number = 0
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    number++
    if (line.trim() === '') continue
    if (!process.stdout.write(`${JSON.stringify(answerLine(line, number, answer))}\n`))
      await once(process.stdout, 'drain')
  }
}

/** @returns the answer, or `{id?, line, error: {code, field, message}}`. */
export function answerLine(line: string, number: number, answer: (input: LineInput) => object): object {
  let input: unknown
  try {
    input = JSON.parse(line)
  } catch {
    return { line: number, error: { code: 'BAD_LINE', field: '', message: 'is not JSON' } }
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return { line: number, error: { code: 'BAD_LINE', field: '', message: 'is not an object' } }
  const fields = input as LineInput
  const id = 'id' in fields ? { id: fields['id'] } : {}
  try {
    return { ...id, ...answer(fields) }
  } catch (error) {
    if (!(error instanceof LineError)) throw error
    return { ...id, line: number, error: { code: 'BAD_FIELD', field: error.field, message: error.message } }
  }
}

/** A text field of a line. @throws LineError when it is missing or no string. */
export function textField(input: LineInput, field: string): string {
  const value = input[field]
  if (typeof value !== 'string') throw new LineError(field, value === undefined ? 'is missing' : 'is not a string')
  return value
}
