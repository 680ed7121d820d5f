import { setTimeout as pause } from 'node:timers/promises'
import { verifyAllChains } from '@chartwire/db'
import { describe, expect, it, vi } from 'vitest'
import { type LineOptions, type LiveLine, openEventStream, ratesOf } from './bedside-client.ts'
import { freePort, Running, withDatabaseOf } from './running.ts'

async function post<T>(url: string, { token, body }: { token?: string; body: unknown }): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  })
  if (!response.ok) throw new Error(`${response.status}`)
  return (await response.json()) as T
}

interface Bedside {
  gateway: string
  nurse: string
  patientId: string
}

async function furnish(url: string): Promise<Bedside> {
  const password = 'correct horse battery staple'
  const api = `${url}/api`
  const signIn = async (email: string) =>
    (await post<{ token: string }>(`${api}/sessions`, { body: { email, password } })).token
  const admin = { name: 'Ada', email: 'ada@example.org', password }
  await post(`${api}/hospitals`, { body: { hospital: { name: 'General', timeZone: 'UTC' }, admin } })
  const token = await signIn(admin.email)
  const { id: wardId } = await post<{ id: string }>(`${api}/wards`, { token, body: { name: 'Ward 1' } })
  const invitation = await post<{ token: string }>(`${api}/invitations`, {
    token,
    body: { email: 'nora@example.org', role: 'nurse' },
  })
  await post(`${api}/invitations/accept`, { body: { token: invitation.token, name: 'Nora', password } })
  const nurse = await signIn('nora@example.org')
  const me = (await (await fetch(`${api}/me`, { headers: { authorization: `Bearer ${nurse}` } })).json()) as {
    actingAs: string
  }
  await post(`${api}/care-team`, { token, body: { membershipId: me.actingAs, charge: { wardId } } })
  const person = { givenName: 'Maria', familyName: 'Muster', birthDate: '1966-03-14', sex: 'female' }
  const { id: patientId } = await post<{ id: string }>(`${api}/patients`, { token, body: person })
  await post(`${api}/admissions`, { token, body: { patientId, wardId } })
  const gateway = await post<{ token: string }>(`${api}/gateways`, { token, body: { name: 'Gateway' } })
  return { gateway: gateway.token, nurse, patientId }
}

/** Sends one reading after the other, each until it is acknowledged, as a gateway does; the rate is its number. */
async function stream(
  { url, bedside, signal }: { url: string; bedside: Bedside; signal: AbortSignal },
  acknowledged: number[],
): Promise<void> {
  const start = Date.now() - 60_000
  for (let number = 0; !signal.aborted; number++) {
    const body = { readings: [{ patientId: bedside.patientId, at: start + number, heartRate: 11 + number / 100 }] }
    for (let isDone = false; !isDone && !signal.aborted;) {
      const answer = await post<{ stored: number; flagged: number; duplicates: number }>(`${url}/api/vitals`, {
        token: bedside.gateway,
        body,
      }).catch(() => undefined)
      isDone = answer !== undefined && answer.stored + answer.flagged + answer.duplicates === 1
      if (isDone) acknowledged.push(number)
      else await pause(50)
    }
    await pause(5)
  }
}

/** Watches, and comes back behind the last message whenever the line is cut. */
async function follow(
  { url, bedside, signal }: { url: string; bedside: Bedside; signal: AbortSignal },
  seen: number[],
): Promise<number> {
  let lastEventId: string | null = null
  let lines = 0
  while (!signal.aborted) {
    const options: LineOptions = {
      token: bedside.nurse,
      path: 'vitals.watchPatient',
      input: { patientId: bedside.patientId },
      lastEventId,
    }
    const line: LiveLine | undefined = await openEventStream(url, options).catch(() => undefined)
    if (!line) {
      await pause(50)
      continue
    }
    lines += 1
    const stop = () => line.close()
    signal.addEventListener('abort', stop)
    await line.ended
    signal.removeEventListener('abort', stop)
    seen.push(...ratesOf(line.messages).map(numberOf))
    lastEventId = line.lastId()
  }
  return lines
}

const numberOf = (heartRate: number) => Math.round((heartRate - 11) * 100)

async function history(url: string, { nurse, patientId }: Bedside): Promise<number[]> {
  const numbers: number[] = []
  let after = ''
  do {
    const page = await fetch(`${url}/api/patients/${patientId}/vitals?limit=1000${after}`, {
      headers: { authorization: `Bearer ${nurse}` },
    })
    const { items, next } = (await page.json()) as { items: { heartRate: number }[]; next: string | null }
    numbers.push(...items.map(({ heartRate }) => numberOf(heartRate)))
    after = next === null ? '' : `&after=${encodeURIComponent(next)}`
  } while (after !== '')
  return numbers.reverse()
}

/** Walks the audit chains of a server that has stopped. */
function chainsOf(folder: string): Promise<boolean[]> {
  return withDatabaseOf(folder, async ({ sql, keys }) => (await verifyAllChains(sql, keys)).map(({ intact }) => intact))
}

describe('killed in the middle of a stream', () => {
  it.each([
    {
      what: 'the server',
      lines: 2,
      kill: async (running: Running) => {
        await running.end('SIGKILL')
        await running.start()
      },
    },
    {
      what: 'PostgreSQL',
      // The server holds the line while its database is away.
      lines: 1,
      kill: async (running: Running) => {
        process.kill(running.postmaster, 'SIGKILL')
        const status = async () => (await fetch(`${running.url}/ready`).catch(() => null))?.status
        await vi.waitUntil(async () => (await status()) === 503, { timeout: 10_000, interval: 20 })
        expect((await fetch(`${running.url}/health`)).status).toBe(200)
        await vi.waitUntil(async () => (await status()) === 200, { timeout: 20_000, interval: 50 })
      },
    },
  ])(
    '$what comes back: every acknowledged reading is there once, the watcher missed none, the audit chain is whole',
    { timeout: 240_000 },
    async ({ kill, lines }) => {
      await using running = new Running(await freePort())
      await running.start()
      const bedside = await furnish(running.url)
      const [sending, watching] = [new AbortController(), new AbortController()]
      const seen: number[] = []
      const acknowledged: number[] = []
      const sent = stream({ url: running.url, bedside, signal: sending.signal }, acknowledged)
      const sentMore = () => {
        const enough = acknowledged.length + 25
        return vi.waitUntil(() => acknowledged.length >= enough, { timeout: 60_000 })
      }
      const followed = follow({ url: running.url, bedside, signal: watching.signal }, seen)
      await sentMore()
      await kill(running)
      await sentMore()
      sending.abort()
      await sent
      const stored = await history(running.url, bedside)
      // One that was never acknowledged may be there as well: at most the last.
      expect(stored.slice(0, acknowledged.length)).toEqual(acknowledged)
      expect(stored.length - acknowledged.length).toBeLessThanOrEqual(1)
      await pause(1_500)
      watching.abort()
      expect(await followed).toBeGreaterThanOrEqual(lines)
      // The first line may have begun after the first readings: from there on, each once.
      expect(seen).toEqual(stored.slice(stored.length - seen.length))
      expect(seen.length).toBeGreaterThan(20)
      await running.end('SIGTERM')
      expect((await chainsOf(running.folder)).every(Boolean)).toBe(true)
    },
  )
})
