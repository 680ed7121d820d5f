import { type DeclaredProcedure, procedures } from '@chartwire/api/testing/procedures'
import { type Action, staffPermissions } from '@chartwire/db'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toJSONSchema } from 'zod'
import { codeOf } from '../world/answer.ts'
import { toAnswer, type WireAnswer } from '../world/http.ts'
import { allowRehearsals, defectsIn, rehearsalId } from '../world/rehearse.ts'
import { Line } from '../world/socket.ts'
import { relationships, type Role, roles, startWorld, type World } from '../world/world.ts'
import { footprint } from './footprint.ts'
import { inputsOf, type Schema } from './inputs.ts'
import { leakOf } from './leaks.ts'
import { spoiling } from './spoil.ts'

// FUZZ_SEED=1 FUZZ_RUNS=1000 npx vitest run test/fuzz: another walk, and a longer one.
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_124)
const runs = Number(process.env['FUZZ_RUNS'] ?? 40)
/** These hash a password each time, which is slow by design. */
const slow = new Set([
  'hospitals.signUp',
  'identity.acceptInvitation',
  'identity.changeEmail',
  'identity.changePassword',
  'identity.resetPassword',
  'identity.signIn',
  'identity.signUpPatient',
])
/**
 * These leave no entry in the log, where a rehearsal comes to nothing: whether somebody is at the screen, and what only
 * asks for a proof that is yet to come.
 */
const unlogged = new Set([
  'doctors.setPresence',
  'identity.passkeySignInOptions',
  'identity.passkeyStepUpOptions',
  'mfa.enrolTotp',
  'mfa.passkeyOptions',
])
const atOnce = 8
/** What is refused for being too much is not what this looks for. */
const unlimited = Object.fromEntries(
  ['RATE', 'READ', 'WRITE', 'EXPORT', 'STREAM'].map((kind) => [`CHARTWIRE_${kind}_LIMIT`, '1000000']),
)
const longestAnswerMs = 30_000

let world: World
let ids: string[]
beforeAll(async () => {
  process.stdout.write(`fuzz: FUZZ_SEED=${seed} FUZZ_RUNS=${runs}\n`)
  world = await startWorld({ environment: { LOG_LEVEL: 'error', ...unlimited } })
  await allowRehearsals(world.server.hospital.url)
  ids = relationships.flatMap((relationship) => Object.values(world.belongings[relationship].ids))
})
afterAll(() => world[Symbol.asyncDispose]())

/** Those who get furthest, somebody who is refused, and nobody. */
function askersOf({ meta }: DeclaredProcedure): Role[] {
  const permissions = [meta?.permission ?? []].flat() as Action[]
  const allowed = roles.filter(
    (role) =>
      role in staffPermissions &&
      permissions.some((action) => action in staffPermissions[role as keyof typeof staffPermissions]),
  )
  return [...allowed.slice(0, 2), allowed.includes('gateway') ? 'gateway' : 'patient', 'nobody']
}

interface Sent {
  input: unknown
  code: string
  problem: string | undefined
}

/** Sends every input, a few at a time, each as the next asker. */
async function sendAll(
  procedure: DeclaredProcedure,
  inputs: readonly unknown[],
  isRehearsed: boolean,
): Promise<Sent[]> {
  const schema = JSON.stringify(schemaOf(procedure))
  const tokens = await Promise.all(askersOf(procedure).map((role) => freshToken(role)))
  const sent: Sent[] = []
  const queue = inputs.entries()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [index, input] of queue)
        sent.push(await send(procedure, { input, schema, token: tokens[index % tokens.length] ?? null, isRehearsed }))
    }),
  )
  return sent
}

async function freshToken(role: Role): Promise<string | null> {
  const actor = role === 'nobody' ? undefined : world.actors.get(role)
  if (actor?.kind !== 'user') return null
  if (role === 'gateway') return world.server.hospital.gatewayToken
  const { token } = await world.server.hospital.db.sessions.open({
    userId: actor.userId,
    kind: 'person',
    userAgent: null,
  })
  return token
}

interface Sending {
  input: unknown
  schema: string
  token: string | null
  isRehearsed: boolean
}

async function send({ path }: DeclaredProcedure, { input, schema, token, isRehearsed }: Sending): Promise<Sent> {
  const response = await fetch(`${world.server.url}/trpc/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(isRehearsed ? { 'x-request-id': rehearsalId() } : {}),
    },
    ...(input === undefined ? {} : { body: JSON.stringify(input) }),
    signal: AbortSignal.timeout(longestAnswerMs),
  })
  const text = await response.text()
  const answer = toAnswer(JSON.parse(text) as WireAnswer)
  const code = codeOf(answer)
  const leak = answer.error && leakOf(JSON.stringify(answer.error), input, schema)
  return { input, code, problem: leak === undefined ? undefined : `repeats ${leak.slice(0, 60)}` }
}

function schemaOf({ inputs: [input] }: DeclaredProcedure): Schema {
  return input ? (toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Schema) : {}
}

function inputsFor(procedure: DeclaredProcedure, count: number): unknown[] {
  return fc.sample(spoiling(inputsOf(schemaOf(procedure), ids)), { seed, numRuns: count })
}

const described = ({ input, code, problem }: Sent) => `${problem ?? code} for ${JSON.stringify(input)?.slice(0, 300)}`

describe('whatever is sent', () => {
  const answering = procedures.filter(({ type }) => type !== 'subscription')

  it.each(answering)(
    '$path: answers with a typed code, repeats nothing, and writes all or nothing',
    async (procedure) => {
      const { url } = world.server.hospital
      const inputs = inputsFor(procedure, slow.has(procedure.path) ? Math.ceil(runs / 10) : runs)
      const log = world.server.log().length
      const before = await footprint(url)
      // Nothing that is rehearsed may leave a trace; what went wrong but by the rehearsal's end is a defect.
      const isRehearsed = procedure.type === 'mutation' && !unlogged.has(procedure.path)
      const rehearsed = await sendAll(procedure, inputs, isRehearsed)
      const after = unlogged.has(procedure.path) ? before : await footprint(url)
      expect(after).toEqual(before)
      const done = isRehearsed
        ? await sendAll(procedure, inputs.slice(0, Math.ceil(inputs.length / 3)), false)
        : rehearsed
      expect(defectsIn(world.server.log().slice(log))).toEqual([])
      expect(done.filter(({ code }) => code === 'internal' || code === 'procedure_not_found').map(described)).toEqual(
        [],
      )
      expect([...rehearsed, ...done].filter(({ problem }) => problem !== undefined).map(described)).toEqual([])
      expect(new Set(rehearsed.map(({ code }) => code)).size).toBeGreaterThan(0)
    },
  )

  it.each(procedures.filter(({ type }) => type === 'subscription'))(
    '$path: begins or is refused, by a typed code',
    async (procedure) => {
      const log = world.server.log().length
      const schema = JSON.stringify(schemaOf(procedure))
      const token = await freshToken('doctor')
      const problems: string[] = []
      for (const input of inputsFor(procedure, Math.ceil(runs / 2))) {
        // A line of its own: some messages are answered by hanging up.
        await using line = await Line.open({ url: world.server.url, token })
        const answer = await line.call('subscription', { path: procedure.path, input })
        const leak = answer.error && leakOf(JSON.stringify(answer.error), input, schema)
        if (codeOf(answer) === 'internal' || leak)
          problems.push(described({ input, code: codeOf(answer), problem: leak }))
      }
      expect(problems).toEqual([])
      expect(defectsIn(world.server.log().slice(log))).toEqual([])
    },
  )
})
