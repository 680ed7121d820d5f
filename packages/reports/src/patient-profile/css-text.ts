import { printable } from './printable.ts'

/** Text as a string of CSS. Every character that could end the string or the style element is written as its number. */
export function cssText(text: string): string {
  return `"${printable(text).replaceAll(/[^\p{L}\p{N} .,·-]/gu, (character) => `\\${character.codePointAt(0)?.toString(16)} `)}"`
}
