import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Function as FunctionNode, parseSync, type Program, visitorKeys } from 'oxc-parser'

export const root = join(import.meta.dirname, '../..')

export interface Node {
  type: string
  start: number
  [key: string]: unknown
}

/** A source file, read by the parser that the linter uses. */
export interface Source {
  path: string
  program: Program
  /** Name in this file -> where it comes from. */
  imports: ReadonlyMap<string, { from: string; name: string }>
}

const read = new Map<string, Source>()

export function sourceOf(path: string): Source {
  const known = read.get(path)
  if (known) return known
  const source = parseSource(path, readFileSync(path, 'utf8'))
  read.set(path, source)
  return source
}

export function parseSource(path: string, text: string): Source {
  const { program, module, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} cannot be parsed.`)
  const imports = new Map(
    module.staticImports.flatMap(({ moduleRequest, entries }) =>
      entries.map((entry) => [
        entry.localName.value,
        { from: moduleRequest.value, name: entry.importName.name ?? 'default' },
      ]),
    ),
  )
  return { path, program, imports }
}

export function sourcesIn(pattern: string): Source[] {
  return globSync(join(root, pattern)).sort().map(sourceOf)
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** What is directly within a node, in the order of the source. */
export function childrenOf(node: Node): Node[] {
  return (visitorKeys[node.type] ?? [])
    .flatMap((key) => node[key])
    .filter(isNode)
    .sort((a, b) => a.start - b.start)
}

/** The node and everything within it, in the order of the source; `enter` says whether to look inside a node. */
export function* walk(node: Node, enter: (node: Node) => boolean = () => true): Generator<Node> {
  yield node
  if (!enter(node)) return
  for (const child of childrenOf(node)) yield* walk(child, enter)
}

export function isFunction(node: Node): boolean {
  return ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type)
}

/** A function of a file by its name, or of the file it is imported from; undefined when it is none of ours. */
export function functionNamed(source: Source, name: string): { source: Source; node: Node } | undefined {
  const imported = source.imports.get(name)
  if (imported) {
    if (!imported.from.startsWith('.')) return undefined
    return functionNamed(sourceOf(join(dirname(source.path), imported.from)), imported.name)
  }
  for (const node of walk(source.program as unknown as Node)) {
    if (node.type === 'FunctionDeclaration' && (node as unknown as FunctionNode).id?.name === name)
      return { source, node }
    if (node.type !== 'VariableDeclarator' || !isNode(node['id']) || node['id']['name'] !== name) continue
    if (isNode(node['init']) && isFunction(node['init'])) return { source, node: node['init'] }
  }
  return undefined
}
