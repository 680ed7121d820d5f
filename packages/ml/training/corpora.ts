import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { EntityType } from '../src/entities/types.ts'

/** Where the corpora lie: beside the project, or where CHARTWIRE_SHARED says. */
export const SHARED = process.env['CHARTWIRE_SHARED'] ?? fileURLToPath(new URL('../../../../shared', import.meta.url))

export interface AnnotatedText {
  readonly id: string
  readonly text: string
  readonly section?: string
  readonly entities: readonly { readonly start: number; readonly end: number; readonly type: EntityType }[]
}

/** Annotated texts of a corpus; entities outside the schema (type null) are left out. */
export function readCorpus(name: string): AnnotatedText[] {
  return readRows<AnnotatedText>(name).map((row) => ({
    ...row,
    entities: row.entities.filter((entity) => entity.type !== null),
  }))
}

/** Lines of a corpus as they are. @throws when the corpus is not there. */
export function readRows<Row>(name: string): Row[] {
  const path = `${SHARED}/data/nlp/${name}/dev.jsonl`
  if (!existsSync(path)) throw new Error(`no corpus at ${path}; set CHARTWIRE_SHARED`)
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
}
