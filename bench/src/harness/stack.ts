import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, type EmbeddedPostgres, startPostgres } from '@chartwire/db/postgres'
import { projectRoot } from '@chartwire/server'

/** The real server as users run it, in a process of its own, on a database of its own with durable settings. */
export interface Stack extends AsyncDisposable {
  url: string
  databaseUrl: string
  adminToken: string
  /** On the ward's care team. */
  nurseToken: string
  gatewayToken: string
  nurse: { email: string; password: string }
  wardIds: string[]
  patientIds: string[]
}

export async function startStack({ patients, wards = 1 }: { patients: number; wards?: number }): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'chartwire-bench-'))
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres') })
  await createDatabase(postgres.url('postgres'), 'bench')
  const databaseUrl = postgres.url('bench')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(projectRoot, 'apps/server/src/main.ts')],
    {
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl,
        PORT: String(port),
        CHARTWIRE_DATA: folder,
        CHARTWIRE_DEMO: 'off',
        CHARTWIRE_RATE_LIMIT: '100000000',
        CHARTWIRE_READ_LIMIT: '100000000',
        CHARTWIRE_WRITE_LIMIT: '100000000',
        CHARTWIRE_STREAM_LIMIT: '100000',
        LOG_LEVEL: 'warn',
        LOG_FORMAT: 'json',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const stop = () => stopStack({ folder, postgres, server })
  try {
    await ready(url, server)
    return { url, databaseUrl, ...(await populate(url, { patients, wards })), [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function stopStack({
  folder,
  postgres,
  server,
}: {
  folder: string
  postgres: EmbeddedPostgres
  server: ChildProcess
}) {
  if (server.exitCode === null && server.signalCode === null) {
    const gone = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGTERM')
    await gone
  }
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function ready(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (server.exitCode !== null) throw new Error('The server ended while starting.')
    const answer = await fetch(`${url}/ready`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((wake) => setTimeout(wake, 100))
  }
  throw new Error('The server did not become ready.')
}

export async function post<T>(url: string, body: unknown, token?: string): Promise<T> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  })
  const result = (await answer.json()) as T & { error?: { message: string } }
  if (!answer.ok) throw new Error(`${url}: ${result.error?.message ?? answer.status}`)
  return result
}

async function populate(url: string, { patients, wards }: { patients: number; wards: number }) {
  const password = randomBytes(12).toString('base64url')
  const admin = { name: 'Bench admin', email: 'admin@bench.example', password }
  await post(`${url}/api/hospitals`, { hospital: { name: 'Bench', timeZone: 'UTC' }, admin })
  const signIn = async (email: string) =>
    (await post<{ token: string }>(`${url}/api/sessions`, { email, password })).token
  const adminToken = await signIn(admin.email)
  const invited = await post<{ token: string }>(
    `${url}/api/invitations`,
    { email: 'nurse@bench.example', role: 'nurse' },
    adminToken,
  )
  await post(`${url}/api/invitations/accept`, { token: invited.token, name: 'Bench nurse', password })
  const nurseToken = await signIn('nurse@bench.example')
  const me = (await (await fetch(`${url}/api/me`, { headers: { authorization: `Bearer ${nurseToken}` } })).json()) as {
    capacities: { id: string }[]
  }
  const wardIds: string[] = []
  for (let number = 1; number <= wards; number++) {
    const { id: wardId } = await post<{ id: string }>(`${url}/api/wards`, { name: `Ward ${number}` }, adminToken)
    await post(`${url}/api/care-team`, { membershipId: me.capacities[0]?.id, charge: { wardId } }, adminToken)
    wardIds.push(wardId)
  }
  const { token: gatewayToken } = await post<{ token: string }>(`${url}/api/gateways`, { name: 'Bench' }, adminToken)
  const patientIds: string[] = []
  const admitOne = async (index: number) => {
    const { id } = await post<{ id: string }>(
      `${url}/api/patients`,
      { givenName: 'Bench', familyName: `Patient ${index}`, birthDate: '1960-01-01', sex: 'other' },
      adminToken,
    )
    await post(`${url}/api/admissions`, { patientId: id, wardId: wardIds[index % wards] }, adminToken)
    patientIds.push(id)
  }
  for (let next = 0; next < patients; next += 8) {
    await Promise.all(Array.from({ length: Math.min(8, patients - next) }, (_, lane) => admitOne(next + lane)))
  }
  return {
    adminToken,
    nurseToken,
    nurse: { email: 'nurse@bench.example', password },
    gatewayToken,
    wardIds,
    patientIds,
  }
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
