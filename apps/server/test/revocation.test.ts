import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { KeyRing } from '@chartwire/db'
import { testDatabase } from '@chartwire/db/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type OpenLine, openEventStream, openWebSocket, ratesOf } from './bedside-client.ts'

const main = join(import.meta.dirname, '../src/main.ts')
const password = 'correct horse battery staple'
/**
 * The promise is 2 s, by the bus. A busy machine must not fail the test, so what it holds is that nobody waited for the
 * look that every stream takes by itself after 15 s.
 */
const byTheBus = 10_000

/** A server in a process of its own; its log says which port it took. */
class Server implements AsyncDisposable {
  url = ''
  readonly #folder = mkdtempSync(join(tmpdir(), 'chartwire-server-'))
  readonly #process: ChildProcess

  constructor(environment: Record<string, string>) {
    this.#process = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      env: {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        PORT: '0',
        CHARTWIRE_DATA: this.#folder,
        CHARTWIRE_DEMO: 'off',
        LOG_FORMAT: 'json',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  }

  async ready(): Promise<void> {
    const { stdout } = this.#process
    if (!stdout) throw new Error('No output.')
    for await (const line of createInterface(stdout)) {
      const [url] = line.match(/http:\/\/127\.0\.0\.1:\d+/) ?? []
      if (url === undefined) continue
      this.url = url
      break
    }
    await vi.waitUntil(async () => (await fetch(`${this.url}/ready`).catch(() => null))?.ok, { timeout: 40_000 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await gone
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

interface Send {
  token?: string
  method?: string
  body?: object
}

async function send<T>(server: Server, path: string, { token, method = 'POST', body = {} }: Send = {}): Promise<T> {
  const response = await fetch(`${server.url}/api${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${path} answered ${response.status}.`)
  return (await response.json()) as T
}

const isIn = async (server: Server, token: string) =>
  (await fetch(`${server.url}/api/me`, { headers: { authorization: `Bearer ${token}` } })).status === 200

const signIn = async (server: Server, email: string) =>
  (await send<{ token: string }>(server, '/sessions', { body: { email, password } })).token

describe.each([
  ['server-sent events', openEventStream],
  ['a WebSocket', openWebSocket],
] satisfies [string, OpenLine][])('two server processes, a stream over %s on the other one', (_, open) => {
  const parts = new AsyncDisposableStack()
  let here: Server
  let there: Server
  let admin: string
  let gateway: string
  let membershipId: string
  let patientId: string

  beforeAll(async () => {
    const database = parts.use(await testDatabase())
    const environment = { DATABASE_URL: database.url, CHARTWIRE_KEYS: KeyRing.generate() }
    here = parts.use(new Server(environment))
    there = parts.use(new Server(environment))
    await Promise.all([here.ready(), there.ready()])
    await send(here, '/hospitals', {
      body: {
        hospital: { name: 'General', timeZone: 'UTC' },
        admin: { name: 'Ada', email: 'ada@example.org', password },
      },
    })
    admin = await signIn(here, 'ada@example.org')
    const { id: wardId } = await send<{ id: string }>(here, '/wards', { token: admin, body: { name: 'Ward 1' } })
    const invited = { email: 'nora@example.org', role: 'nurse' }
    const { token } = await send<{ token: string }>(here, '/invitations', { token: admin, body: invited })
    await send(here, '/invitations/accept', { body: { token, name: 'Nora', password } })
    const me = await send<{ actingAs: string }>(here, '/me', {
      token: await signIn(here, 'nora@example.org'),
      method: 'GET',
    })
    membershipId = me.actingAs
    await send(here, '/care-team', { token: admin, body: { membershipId, charge: { wardId } } })
    const person = { givenName: 'Maria', familyName: 'Muster', birthDate: '1966-03-14', sex: 'female' }
    const patient = await send<{ id: string }>(here, '/patients', { token: admin, body: person })
    patientId = patient.id
    await send(here, '/admissions', { token: admin, body: { patientId, wardId } })
    gateway = (await send<{ token: string }>(here, '/gateways', { token: admin, body: { name: 'Gateway' } })).token
  }, 90_000)
  afterAll(() => parts.disposeAsync())

  async function watch(token: string) {
    const input = { patientId }
    const line = await open(there.url, { token, path: 'vitals.watchPatient', input, lastEventId: null })
    await vi.waitUntil(() => line.messages.length > 0, 10_000)
    return line
  }

  /** How long the stream goes on after the deed is done. */
  async function lasts(line: { over: Promise<void> }, deed: () => Promise<unknown>): Promise<number> {
    await deed()
    const start = performance.now()
    await line.over
    return performance.now() - start
  }

  it('ends within two seconds when its device is signed out from another one', async () => {
    const [phone, desk] = [await signIn(here, 'nora@example.org'), await signIn(there, 'nora@example.org')]
    const line = await watch(phone)
    const ended = await lasts(line, () => send(here, '/sessions', { token: desk, method: 'DELETE' }))
    expect(ended).toBeLessThan(byTheBus)
    expect(await isIn(there, phone)).toBe(false)
    expect(await isIn(there, desk)).toBe(true)
    line.close()
  })

  it('ends within two seconds when an administrator signs the member out', async () => {
    const token = await signIn(there, 'nora@example.org')
    const line = await watch(token)
    const path = `/staff/${membershipId}/sessions`
    expect(await lasts(line, () => send(here, path, { token: admin, method: 'DELETE' }))).toBeLessThan(byTheBus)
    expect(await isIn(there, token)).toBe(false)
    line.close()
  })

  it('goes on when its session is renewed elsewhere, while the token of before opens nothing more', async () => {
    const token = await signIn(there, 'nora@example.org')
    const line = await watch(token)
    const proof = { method: 'password', password }
    const stepped = await send<{ session: { token: string } }>(here, '/sessions/current/step-up', {
      token,
      body: { proof },
    })
    await expect.poll(() => isIn(there, token), { timeout: byTheBus, interval: 20 }).toBe(false)
    expect(await isIn(there, stepped.session.token)).toBe(true)
    const reading = { patientId, at: Date.now() - 1_000, heartRate: 77 }
    await send(here, '/vitals', { token: gateway, body: { readings: [reading] } })
    await vi.waitUntil(() => ratesOf(line.messages).includes(77), 10_000)
    line.close()
    await line.ended
  })
})
