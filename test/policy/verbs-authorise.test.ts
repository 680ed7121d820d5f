import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { argumentsOf, asksFirst } from './gate.ts'
import {
  functionNamed,
  isNode,
  type Node,
  parseSource,
  root,
  type Source,
  sourceOf,
  sourcesIn,
  walk,
} from './source.ts'

/** Verbs that nobody is asked for leave of, each with what stands in its stead. */
const exceptions: Readonly<Record<string, string>> = {
  signUpHospital: 'Needs no session: whoever signs up has none yet.',
  signIn: 'Needs no session: it makes one, for a password.',
  completeSignIn: 'Needs no session: the ticket of a right password and a second factor make one.',
  signInWithPasskey: 'Needs no session: the passkey makes one.',
  passkeySignInOptions: 'Needs no session: it answers a challenge, the same for everybody.',
  signOut: 'Ends the session that asks, whatever it may do.',
  acceptInvitation: 'Needs no session: the token of the invitation is the leave.',
  signUpPatient: 'Needs no session: whoever signs up has none yet.',
  confirmAddress: 'The token of the letter is the leave.',
  requestPasswordReset: 'Needs no session: who has lost the password cannot have one; the answer says nothing.',
  resetPassword: 'Needs no session: the token of the link is the leave.',
  openDocument: 'Needs no session: the token of the link and the birth date are the leave.',
  validateToken: 'Says of the session that asks whether it is one.',
  me: 'Says of the session that asks what it is.',
  listOwnHospitals:
    'The hospitals that the login itself belongs to, in whatever capacity; all of them for the platform.',
}

interface Call {
  verb: string
  router: Source
}

const isVerbs = (node: Node) =>
  node.type === 'MemberExpression' && isNode(node['property']) && node['property']['name'] === 'verbs'

/** Every call that a router makes with its context, and every use of the context that is none. */
function callsOf(router: Source): { calls: Call[]; unclear: number } {
  const nodes = [...walk(router.program as unknown as Node)]
  const calls = nodes.flatMap((node): Call[] => {
    const [first] = node.type === 'CallExpression' ? argumentsOf(node) : []
    const { callee } = node
    if (!first || !isVerbs(first) || !isNode(callee)) return []
    return [{ verb: String(callee['name']), router }]
  })
  return { calls, unclear: nodes.filter(isVerbs).length - calls.length }
}

const routers = sourcesIn('packages/api/src/**/{router,*-procedures}.ts')
const index = sourceOf(join(root, 'packages/db/src/index.ts'))
const door = new Map(
  index.program.body.flatMap((statement) =>
    statement.type === 'ExportNamedDeclaration' && statement.source
      ? statement.specifiers.map((one) => [
          'name' in one.exported ? one.exported.name : one.exported.value,
          {
            file: join(root, 'packages/db/src', statement.source?.value ?? ''),
            name: 'name' in one.local ? one.local.name : one.local.value,
          },
        ])
      : [],
  ),
)
const verbs = [...new Set(routers.flatMap((router) => callsOf(router).calls.map(({ verb }) => verb)))].sort()

describe('every verb', () => {
  it('is looked for wherever there are procedures', () => {
    const others = sourcesIn('packages/api/src/**/*.ts').filter(
      (source) => !routers.some(({ path }) => path === source.path),
    )
    const nodes = others.flatMap((source) =>
      [...walk(source.program as unknown as Node)].filter(isVerbs).map(() => source.path),
    )
    expect(nodes).toEqual([])
  })

  it('is called by its own name from packages/db, and the context goes nowhere else', () => {
    expect(verbs.length).toBeGreaterThan(30)
    for (const router of routers) {
      const { calls, unclear } = callsOf(router)
      expect({ router: router.path, unclear }).toEqual({ router: router.path, unclear: 0 })
      for (const { verb } of calls) {
        expect({ verb, from: router.imports.get(verb)?.from }).toEqual({ verb, from: '@chartwire/db' })
      }
    }
  })

  it.each(verbs.filter((verb) => !Object.hasOwn(exceptions, verb)))('%s asks for leave first', (verb) => {
    expect(isGated(verb)).toBe(true)
  })

  it.each(Object.keys(exceptions))('%s is an exception that is still one', (verb) => {
    expect(verbs).toContain(verb)
    expect(isGated(verb)).toBe(false)
  })
})

describe('the rule', () => {
  const judged = (body: string) => {
    const found = functionNamed(parseSource('sample.ts', body), 'verb')
    return found !== undefined && asksFirst(found)
  }
  const verb = (body: string) => `async function verb(ctx, input) { ${body} }`

  it.each([
    verb('const access = await authorize(ctx, action, input); return ctx.sql(access)'),
    verb('const form = check(input); const { reach } = await authorizeStaff(ctx, action, form); return reach'),
    verb('return transact(ctx, async (tx) => { await authorize(ctx, action, input); await tx.sql(statement) })'),
    `${verb('const a = await find(ctx, input)')} async function find(ctx, id) { await authorize(ctx, action, id); return ctx.sql(id) }`,
    `${verb('const held = mine(ctx); return ctx.sql(held)')} function mine(ctx) { return ownLogin(ctx).id } function ownLogin(ctx) { throw ctx }`,
    `${verb('return issue(ctx, input)')} const issue = (ctx, id) => authorize(ctx, action, id)`,
    verb('const a = await (input.one ? authorize(ctx, one, input) : authorizeStaff(ctx, other, input))'),
    verb('return open(ctx, await authorize(ctx, action, input))'),
    verb('await authorize(ctx, action, input).catch(() => { throw other() })'),
    verb("const access = await authorize({ ...ctx, purpose: 'export' }, action, input); return ctx.sql(access)"),
    verb('const ask = () => authorize(ctx, action, input); await ask(); yield* watch(ctx)').replace(
      'function',
      'function*',
    ),
  ])('passes %s', (sample) => {
    expect(judged(sample)).toBe(true)
  })

  it.each([
    verb('const rows = await ctx.sql(statement); await authorize(ctx, action, rows)'),
    verb('ctx.sql(statement); await authorize(ctx, action, input)'),
    verb('authorize(ctx, action, input); return ctx.sql(statement)'),
    verb('await authorize(other, action, input)'),
    verb('await authorize({ ...ctx, actor: other }, action, input)'),
    verb('await authorize({ ...other, purpose: input }, action, input)'),
    verb('const a = await (input.one ? authorize(ctx, one, input) : ctx.sql(statement))'),
    verb('return transact(ctx, async (tx) => { await tx.sql(statement); await authorize(ctx, action, input) })'),
    verb('if (input.all) { await everything(ctx) } await authorize(ctx, action, input)'),
    verb('if (input.id) await authorize(ctx, action, input); return ctx.sql(statement)'),
    verb('input.id && (await authorize(ctx, action, input)); return ctx.sql(statement)'),
    verb('return open(ctx, await ctx.sql(statement))'),
    verb('return { all: true }'),
    `${verb('await find(ctx, input)')} async function find(ctx, id) { return ctx.sql(id) }`,
    `${verb('const held = mine(ctx); return ctx.sql(held)')} function mine(ctx) { return ctx.id }`,
    `${verb('mine(ctx); return ctx.sql(input)')} async function mine(ctx) { return ownLogin(ctx) } function ownLogin(ctx) { throw ctx }`,
  ])('stops %s', (sample) => {
    expect(judged(sample)).toBe(false)
  })
})

function isGated(verb: string): boolean {
  const place = door.get(verb)
  const found = place && functionNamed(sourceOf(place.file), place.name)
  if (!found) throw new Error(`packages/db exports no function ${verb}.`)
  return asksFirst(found)
}
