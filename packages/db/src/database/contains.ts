import type { Bind } from './sql.ts'

/** For `like`: `%`, `_` and `\` stand for themselves. */
export function literally(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

/** A condition: the expression holds the text somewhere, in whatever case. */
export function contains(expression: string, text: string, bind: Bind): string {
  return `${expression} ilike '%' || ${bind(literally(text))} || '%'`
}
