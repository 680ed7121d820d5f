import { appendFileSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Database } from '../database/open-database.ts'
import { poolTransaction } from '../database/pool-transaction.ts'
import type { Query } from '../database/sql.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import { type Anchor, anchorSeal, readAnchors } from './anchors.ts'

/**
 * What does not fit of the anchors outside and inside the database. A file that is merely behind is no fault: what it
 * lacks is in the database, and sealed.
 */
export interface AnchorFault {
  number: number
  fault: 'file-edited' | 'database-put-back' | 'database-edited'
}

/** One JSON line an anchor; text that is none comes back as null, a line that was not written to its end not at all. */
export function readAnchorFile(path: string): (Anchor | null)[] {
  return readLines(path).lines.map(parseLine)
}

/** `torn` is what stands after the last line's end: a crash came between. */
function readLines(path: string): { lines: string[]; torn: string } {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  const torn = lines.pop() ?? ''
  return { lines: lines.filter(Boolean), torn }
}

/**
 * The anchors of the database and of the file, to be held against each other. The file first: one that is sealed and
 * appended meanwhile is then missing from it, as it may be, and not from the database.
 */
export async function readAnchorsOfBoth(
  sql: Query,
  path: string,
): Promise<{ inside: Anchor[]; outside: (Anchor | null)[] }> {
  const outside = readAnchorFile(path)
  return { outside, inside: await readAnchors(sql) }
}

/**
 * Brings the file up to the database's anchors, by appending alone, one process at a time.
 *
 * @returns how many it lacked
 * @throws Error when the file and the database contradict each other, which `audit verify` then tells in full
 */
export function extendAnchorFile({ pool, keys }: Pick<Database, 'pool' | 'keys'>, path: string): Promise<number> {
  return poolTransaction(pool, {
    work: async (sql) => {
      await sql({ text: `select pg_advisory_xact_lock(hashtextextended('audit-anchor-file', 0))` })
      const inside = await readAnchors(sql)
      const { lines, torn } = readLines(path)
      const outside = lines.map(parseLine)
      const [first] = anchorFaults(keys, { inside, outside })
      if (first)
        throw new Error(`The audit anchors do not fit: ${first.fault} at ${first.number}; run \`audit verify\`.`)
      const missing = inside.slice(outside.length)
      const text = missing.map((anchor) => `${JSON.stringify(anchor)}\n`).join('')
      if (!text.startsWith(torn)) {
        throw new Error(
          `The audit anchors do not fit: file-edited at ${outside.length + 1}; its last line is no anchor.`,
        )
      }
      if (missing.length > 0) append(path, text.slice(torn.length))
      return missing.length
    },
  })
}

function append(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(path, 'a', 0o600)
  try {
    appendFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Holds anchors against their seals, their order, and each other. */
export function anchorFaults(
  keys: KeyRing,
  { inside, outside }: { inside: readonly Anchor[]; outside: readonly (Anchor | null)[] },
): AnchorFault[] {
  const faults: AnchorFault[] = []
  const badOutside = firstBad(keys, outside)
  if (badOutside !== undefined) faults.push({ number: badOutside, fault: 'file-edited' })
  const badInside = firstBad(keys, inside)
  if (badInside !== undefined) faults.push({ number: badInside, fault: 'database-edited' })
  const common = Math.min(inside.length, outside.length)
  for (let index = 0; index < common; index++) {
    const [own, kept] = [inside[index], outside[index]]
    if (!own || !kept || own.seal === kept.seal) continue
    // Both are sealed: the database went on from an older state.
    if (badOutside === undefined && badInside === undefined)
      faults.push({ number: index + 1, fault: 'database-put-back' })
    break
  }
  if (outside.length > inside.length) faults.push({ number: inside.length + 1, fault: 'database-put-back' })
  return faults
}

/** Those whose seal is right: what chains may be held against. */
export function soundAnchors(keys: KeyRing, anchors: readonly (Anchor | null)[]): Anchor[] {
  return anchors.filter((anchor) => anchor !== null).filter((anchor) => anchorSeal(keys, anchor) === anchor.seal)
}

function firstBad(keys: KeyRing, anchors: readonly (Anchor | null)[]): number | undefined {
  let previous = ''
  for (const [index, anchor] of anchors.entries()) {
    const fits =
      anchor?.number === index + 1 && anchor.previous === previous && anchorSeal(keys, anchor) === anchor.seal
    if (!fits) return index + 1
    previous = anchor.seal
  }
  return undefined
}

function parseLine(line: string): Anchor | null {
  try {
    const { number, at, heads, previous, seal } = JSON.parse(line) as Partial<Anchor>
    if (number === undefined || at === undefined || !Array.isArray(heads)) return null
    if (previous === undefined || seal === undefined) return null
    return { number, at, heads, previous, seal }
  } catch {
    // Whatever it is, it is no anchor; the caller counts it as one that was changed.
    return null
  }
}
