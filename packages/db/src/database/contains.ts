import type { Bind } from './sql.ts'

/** A condition: the expression holds the text somewhere, in whatever case; `%`, `_` and `\` stand for themselves. */
export function contains(expression: string, text: string, bind: Bind): string {
  return `${expression} ilike '%' || ${bind(text.replace(/[\\%_]/g, '\\$&'))} || '%'`
}
