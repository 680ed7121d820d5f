import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { freePort, Running } from './running.ts'

interface Answer {
  status: number
  body: unknown
}

/** A request that somebody waits for: one without an answer fails the test. */
async function ask(
  url: string,
  { method = 'POST', token, key, body }: { method?: string; token?: string; key?: string; body?: unknown },
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  })
  return { status: response.status, body: await response.json() }
}

async function administrator(api: string): Promise<string> {
  const admin = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery staple' }
  await ask(`${api}/hospitals`, { body: { hospital: { name: 'General', timeZone: 'UTC' }, admin } })
  const { body } = await ask(`${api}/sessions`, { body: { email: admin.email, password: admin.password } })
  return (body as { token: string }).token
}

/** Whether PostgreSQL was started again; its file is away, or half written, while that goes on. */
function isAnother(running: Running, killed: number): boolean {
  try {
    return running.postmaster > 0 && running.postmaster !== killed
  } catch {
    return false
  }
}

it('PostgreSQL killed under more changes than there are connections: each is made once in the end, and the server stops cleanly', async () => {
  await using running = new Running(await freePort())
  await running.start()
  const api = `${running.url}/api`
  const token = await administrator(api)
  const outcomes = new Set<number>()
  const change = async (name: string) => {
    const key = crypto.randomUUID()
    for (;;) {
      const { status } = await ask(`${api}/wards`, { token, key, body: { name } })
      outcomes.add(status)
      if (status === 200) return
      await pause(50)
    }
  }
  const names = Array.from({ length: 24 }, (_, number) => `Ward ${String(number).padStart(2, '0')}`)
  for (const round of ['a', 'b']) {
    // Changes without end until the kill, so that it meets as many under way as there can be.
    const isKilled = new AbortController()
    const changing = names.map(async (name) => {
      for (let number = 0; !isKilled.signal.aborted; number++) await change(`${name} ${round}${number}`)
    })
    await pause(500)
    const killed = running.postmaster
    process.kill(killed, 'SIGKILL')
    await vi.waitUntil(() => isAnother(running, killed), { interval: 20, timeout: 60_000 })
    isKilled.abort()
    await Promise.all(changing)
  }
  // In progress is the same request that was cut off, until it is known to have come to nothing.
  expect([...outcomes].filter((status) => ![200, 409, 503].includes(status))).toEqual([])
  const { body } = await ask(`${api}/wards`, { method: 'GET', token })
  const made = (body as { name: string }[]).map(({ name }) => name)
  expect(new Set(made).size).toBe(made.length)
  expect(made).toEqual(expect.arrayContaining(names.flatMap((name) => [`${name} a0`, `${name} b0`])))
  expect(await running.end('SIGTERM')).toBe(0)
}, 240_000)
