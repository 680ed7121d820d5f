import { functionNamed, isFunction, isNode, type Node, type Source, walk } from './source.ts'

/** The gates themselves, of the policy's folder: what they do is the matrix's to test. */
function isGateName(name: string, source: Source): boolean {
  const from = source.imports.get(name)?.from
  // What is one's own login's is asked for here; see identity/own-login.ts.
  if (name === 'ownLogin') return true
  if (!name.startsWith('authorize')) return false
  return from === undefined ? functionNamed(source, name) === undefined : from.includes('/policy/')
}

/** One that throws at once need not be waited for. */
function isPromptGate(call: Node, source: Source, asked: readonly Node[]): boolean {
  const { callee } = call
  const name = isNode(callee) ? String(callee['name']) : ''
  const called = takesContext(call) ? functionNamed(source, name) : undefined
  if (called === undefined || called.node['async'] !== false) return false
  return isGateName(name, source) || asksFirst(called, asked)
}

/**
 * Whether the first thing a function does is to ask for leave. `ctx` may travel through functions of ours, `transact`
 * among them, as long as asking is the first thing that those do; before it nothing is awaited, and no statement is sent.
 */
export function asksFirst({ source, node }: { source: Source; node: Node }, asked: readonly Node[] = []): boolean {
  if (asked.includes(node)) return false
  const body = isNode(node['body']) ? node['body'] : node
  // Of a function that is one expression, it is the answer.
  const first: Effect | undefined = isCall(body) ? { node: body, isAnswered: true } : firstEffect(body)
  if (first === undefined) return false
  const above = [...asked, node]
  return first.isAnswered ? isGate(first.node, source, above) : isPromptGate(first.node, source, above)
}

/** The first node that waits, asks the database, or hands the context on. What is within inner functions happens later. */
function firstEffect(body: Node): Effect | undefined {
  for (const node of walk(body, (inner) => inner === body || !isFunction(inner))) {
    // What happens only sometimes refuses only sometimes.
    if (branchesOf(node).some((branch) => firstEffect(branch))) return { node, isAnswered: false }
    const waits = waitsFor(node)
    // Arguments come before the call.
    if (waits)
      return firstOf(argumentsOf(bare(waits)).filter((one) => !isFunction(one))) ?? { node: waits, isAnswered: true }
    if (node.type === 'CallExpression' && (takesContext(node) || isStatement(node))) return { node, isAnswered: false }
  }
  return undefined
}

function firstOf(nodes: readonly Node[]): Effect | undefined {
  for (const node of nodes) {
    const effect = firstEffect(node)
    if (effect) return effect
  }
  return undefined
}

interface Effect {
  node: Node
  /** Whether somebody waits for the answer: a refusal that nobody waits for refuses nothing. */
  isAnswered: boolean
}

function branchesOf(node: Node): Node[] {
  if (node.type === 'IfStatement') return [node['consequent'], node['alternate']].filter(isNode)
  return node.type === 'LogicalExpression' && isNode(node['right']) ? [node['right']] : []
}

/** What a node waits for, or leaves to its caller to wait for. */
function waitsFor(node: Node): Node | undefined {
  const { argument, right } = node
  switch (node.type) {
    case 'AwaitExpression':
      return isNode(argument) ? argument : undefined
    case 'ReturnStatement':
      return isNode(argument) && isCall(argument) ? argument : undefined
    case 'YieldExpression':
      return node['delegate'] === true && isNode(argument) ? argument : undefined
    case 'ForOfStatement':
      return node['await'] === true && isNode(right) ? right : undefined
    default:
      return undefined
  }
}

const isCall = (node: Node) => ['CallExpression', 'ConditionalExpression'].includes(bare(node).type)

function isGate(given: Node, source: Source, asked: readonly Node[]): boolean {
  const node = bare(given)
  const both = (names: readonly string[]) =>
    names.every((name) => isNode(node[name]) && isGate(node[name], source, asked))
  switch (node.type) {
    case 'ConditionalExpression':
      return both(['consequent', 'alternate'])
    case 'CallExpression': {
      const callee = isNode(node['callee']) ? node['callee'] : undefined
      // authorize(...).catch(...)
      if (callee?.type === 'MemberExpression' && isNode(callee['object']))
        return isGate(callee['object'], source, asked)
      const name = String(callee?.['name'])
      if (isGateName(name, source)) return takesContext(node)
      if (name === 'transact' || name === 'transactAsSystem') {
        const work = argumentsOf(node).find(isFunction)
        return work !== undefined && asksFirst({ source, node: work }, asked)
      }
      const called = functionNamed(source, name)
      return called !== undefined && asksFirst(called, asked)
    }
    default:
      return false
  }
}

/** Without the brackets and types around it. */
function bare(node: Node): Node {
  const isWrapper = ['ParenthesizedExpression', 'TSAsExpression', 'TSNonNullExpression'].includes(node.type)
  return isWrapper && isNode(node['expression']) ? bare(node['expression']) : node
}

export function argumentsOf(call: Node): Node[] {
  return Array.isArray(call['arguments']) ? call['arguments'].filter(isNode) : []
}

function takesContext(call: Node): boolean {
  const [first] = argumentsOf(call)
  return first !== undefined && (isContext(first) || isContextForPurpose(first))
}

const isContext = (node: Node) => node.type === 'Identifier' && node['name'] === 'ctx'

/** `{ ...ctx, purpose: 'export' }`: the same actor, for a purpose that the request did not state. */
function isContextForPurpose(node: Node): boolean {
  if (node.type !== 'ObjectExpression' || !Array.isArray(node['properties'])) return false
  const [spread, ...others] = node['properties'].filter(isNode)
  if (spread?.type !== 'SpreadElement' || !isNode(spread['argument']) || !isContext(spread['argument'])) return false
  return others.every(({ key }) => isNode(key) && key['name'] === 'purpose')
}

/** `ctx.sql(...)`, `ctx.db.sql(...)` */
function isStatement(call: Node): boolean {
  const { callee } = call
  return (
    isNode(callee) &&
    callee.type === 'MemberExpression' &&
    isNode(callee['property']) &&
    callee['property']['name'] === 'sql'
  )
}
