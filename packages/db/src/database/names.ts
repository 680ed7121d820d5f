import type { Bind } from './sql.ts'

/** For `like`: `%`, `_` and `\` stand for themselves. */
export function literally(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

/** A condition: the name holds the text somewhere, in whatever case and whichever spelling of its letters. */
export function holdsName(name: string, text: string, bind: Bind): string {
  return `plain_name(${name}) like '%' || plain_name(${bind(literally(text))}) || '%'`
}
