import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * Noto Sans (SIL Open Font License 1.1), so that a document looks the same on every machine and a name in Cyrillic, Greek,
 * Devanagari or Vietnamese is printed also where no font is installed. Other scripts are left to the machine's own fonts.
 */
const folder = dirname(createRequire(import.meta.url).resolve('@fontsource/noto-sans/package.json'))
const weights = [400, 700]

interface Subset {
  name: string
  /** As CSS writes it. */
  range: string
  spans: readonly (readonly [from: number, to: number])[]
}

let subsets: readonly Subset[] | undefined

function readSubsets(): readonly Subset[] {
  const ranges = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8')) as Record<string, string>
  return (subsets ??= Object.entries(ranges).map(([name, range]) => ({
    name,
    range,
    spans: range.split(',').map((part) => {
      const [from = '', to = from] = part.replace(/^U\+/i, '').split('-')
      return [Number.parseInt(from.replaceAll('?', '0'), 16), Number.parseInt(to.replaceAll('?', 'F'), 16)] as const
    }),
  })))
}

const faces = new Map<string, string>()

/** `@font-face` rules with the letters that a text needs, in the document itself since it may fetch nothing. */
export function fontFaces(text: string): string {
  const points = new Set(Array.from(text, (character) => character.codePointAt(0) ?? 0))
  return readSubsets()
    .filter(({ name, spans }) => name === 'latin' || [...points].some((point) => isWithin(spans, point)))
    .map(face)
    .join('\n')
}

function isWithin(spans: Subset['spans'], point: number): boolean {
  return spans.some(([from, to]) => point >= from && point <= to)
}

function face({ name, range }: Subset): string {
  const known = faces.get(name)
  if (known !== undefined) return known
  const css = weights
    .map((weight) => {
      const font = readFileSync(join(folder, `files/noto-sans-${name}-${weight}-normal.woff2`)).toString('base64')
      return `@font-face{font-family:"Noto Sans";font-weight:${weight};unicode-range:${range};src:url(data:font/woff2;base64,${font}) format("woff2")}`
    })
    .join('\n')
  faces.set(name, css)
  return css
}
