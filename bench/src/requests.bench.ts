import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildTarget, runLoad, systemClock } from '@chartwire/simulator'
import { type Bench, type Figure, round } from './harness/bench.ts'
import { freePort, startStack, type Stack } from './harness/stack.ts'

const connections = 100

/**
 * Requests at 100 connections against a bare Fastify in a process of its own that does the same named SQL on a pool of
 * the same size. Ours besides authenticates, authorises, writes the audit log, checks the output and names the request.
 */
export const benches: Bench[] = [
  {
    name: 'patients.list',
    run: ({ seconds }) =>
      compare({
        name: 'patients.list',
        bare: '/patients',
        target: 0.5,
        seconds,
        ours: (stack) =>
          buildTarget({ url: stack.url, token: stack.adminToken, procedure: 'patients.list', input: { limit: 20 } }),
      }),
  },
  {
    name: 'rpc.trivial',
    run: ({ seconds }) =>
      compare({
        name: 'rpc.trivial',
        bare: '/trivial',
        target: 0.55,
        seconds,
        ours: (stack) => buildTarget({ url: stack.url, token: undefined, procedure: 'system.ping' }),
      }),
  },
]

interface Comparison {
  name: string
  bare: string
  target: number
  seconds: number
  ours: (stack: Stack) => ReturnType<typeof buildTarget>
}

async function compare({ name, bare, target, seconds, ours }: Comparison): Promise<Figure[]> {
  await using stack = await startStack({ patients: 200 })
  await using ceiling = await bareServer(stack)
  const measure = async (load: ReturnType<typeof buildTarget>) =>
    runLoad({
      target: load,
      model: { kind: 'closed', concurrency: connections },
      durationS: seconds,
      warmUpS: 2,
      timeoutMs: 10_000,
      levels: [],
      clock: systemClock,
      signal: new AbortController().signal,
    })
  // Alternating, so that a noisy minute falls on both.
  const rounds: { ours: Awaited<ReturnType<typeof measure>>; bare: Awaited<ReturnType<typeof measure>> }[] = []
  for (let round = 0; round < 2; round++) {
    rounds.push({
      bare: await measure(buildTarget({ url: ceiling.url, token: undefined, path: bare, method: 'GET' })),
      ours: await measure(ours(stack)),
    })
  }
  const mean = (which: 'ours' | 'bare') =>
    rounds.reduce((sum, round) => sum + round[which].ratePerSecond, 0) / rounds.length
  return [
    {
      name,
      value: Math.round(mean('ours')),
      unit: 'requests/s',
      ceiling: Math.round(mean('bare')),
      ratio: round(mean('ours') / mean('bare')),
      target: { ratio: target },
      connections,
      p99: {
        ours: rounds.map(({ ours }) => ours.latencyMs.percentiles['p99']),
        bare: rounds.map(({ bare }) => bare.latencyMs.percentiles['p99']),
        unit: 'ms',
      },
      errors: rounds.reduce((sum, { ours }) => sum + ours.errors, 0),
    },
  ]
}

async function bareServer(stack: Stack): Promise<AsyncDisposable & { url: string }> {
  const port = await freePort()
  const me = (await (
    await fetch(`${stack.url}/api/me`, { headers: { authorization: `Bearer ${stack.adminToken}` } })
  ).json()) as { capacities: { hospitalId: string }[] }
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'harness/bare-server.ts'),
      String(port),
      stack.databaseUrl,
      me.capacities[0]?.hospitalId ?? '',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; attempt < 100; attempt++) {
    if (
      await fetch(`${url}/trivial`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break
    await new Promise((wake) => setTimeout(wake, 100))
  }
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
    },
  }
}
