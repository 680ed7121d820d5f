import { verifyAllChains } from '@chartwire/db'
import { freePort, Running, withDatabaseOf } from '@chartwire/server/testing/running'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { countOf, type Hospital, insist, nothingYet, work } from './mixed-load.ts'
import { differences } from './state.ts'

const kills = Number(process.env['KILLS'] ?? 20)
const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000)

it(
  `killed ${kills} times under mixed load: what was acknowledged is there once, nothing by halves, and the log is whole`,
  { timeout: 1_200_000 },
  async () => {
    process.stdout.write(`kill: KILL_SEED=${seed} KILLS=${kills}\n`)
    const random = randomFrom(seed)
    await using running = new Running(await freePort())
    await running.start()
    const hospital = await furnish(running.url)
    const stop = new AbortController()
    const done = nothingYet()
    const working = work(hospital, done, stop.signal)
    // A worker that fails ends the test at once, with what it met.
    const failures: unknown[] = []
    working.catch((error: unknown) => failures.push(error))
    /** Until so much more is done, however fast the machine is. */
    const workOn = async (more: number) => {
      const enough = countOf(done) + more
      await vi.waitUntil(() => countOf(done) >= enough || failures.length > 0, { timeout: 120_000, interval: 5 })
    }
    for (let kill = 0; kill < kills && failures.length === 0; kill++) {
      await workOn(1 + random() * 20)
      await pause(random() * 50)
      await killOne(running, kill)
    }
    await workOn(10)
    stop.abort()
    await working
    for (const kind of [done.readings, done.patients, done.invitations]) expect(kind.length).toBeGreaterThan(kills / 4)
    await running.end('SIGTERM')
    await withDatabaseOf(running.folder, async (db) => {
      expect(await differences(db, hospital, done)).toEqual([])
      expect((await verifyAllChains(db.sql, db.keys)).filter(({ intact }) => !intact)).toEqual([])
    })
  },
)

/** Mostly the server; each fifth time its database under it, which it has to bring back, and each tenth both. */
async function killOne(running: Running, kill: number): Promise<void> {
  const isDatabase = kill % 5 === 4
  if (isDatabase) process.kill(running.postmaster, 'SIGKILL')
  if (!isDatabase || kill % 10 === 9) {
    await running.end('SIGKILL')
    await running.start()
    return
  }
  const status = async () => (await fetch(`${running.url}/ready`).catch(() => null))?.status
  await vi.waitUntil(async () => (await status()) !== 200, { timeout: 30_000, interval: 20 })
  await vi.waitUntil(async () => (await status()) === 200, { timeout: 120_000, interval: 50 })
}

/** Mulberry32: the same moments again for the same seed. */
function randomFrom(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

async function furnish(url: string): Promise<Hospital> {
  const password = 'correct horse battery staple'
  const hospital: Hospital = {
    url,
    tokens: { admin: '', nurse: '', doctor: '', gateway: '' },
    wardId: '',
    patientId: '',
  }
  const signIn = async (email: string) =>
    (await insist<{ token: string }>(hospital, { path: '/sessions', body: { email, password } })).token
  const admin = { name: 'Ada', email: 'ada@example.org', password }
  await insist(hospital, { path: '/hospitals', body: { hospital: { name: 'General', timeZone: 'UTC' }, admin } })
  hospital.tokens.admin = await signIn(admin.email)
  hospital.wardId = (await insist<{ id: string }>(hospital, { path: '/wards', as: 'admin', body: { name: 'Own' } })).id
  for (const role of ['nurse', 'doctor'] as const) {
    const email = `${role}@example.org`
    const { token } = await insist<{ token: string }>(hospital, {
      path: '/invitations',
      as: 'admin',
      body: { email, role },
    })
    await insist(hospital, { path: '/invitations/accept', body: { token, name: role, password } })
    hospital.tokens[role] = await signIn(email)
    const me = await fetch(`${url}/api/me`, { headers: { authorization: `Bearer ${hospital.tokens[role]}` } })
    const { actingAs } = (await me.json()) as { actingAs: string }
    const place = { membershipId: actingAs, charge: { wardId: hospital.wardId } }
    await insist(hospital, { path: '/care-team', as: 'admin', body: place })
  }
  const person = { givenName: 'Maria', familyName: 'Muster', birthDate: '1966-03-14', sex: 'female' }
  hospital.patientId = (await insist<{ id: string }>(hospital, { path: '/patients', as: 'admin', body: person })).id
  await insist(hospital, {
    path: '/admissions',
    as: 'admin',
    body: { patientId: hospital.patientId, wardId: hospital.wardId },
  })
  hospital.tokens.gateway = (
    await insist<{ token: string }>(hospital, { path: '/gateways', as: 'admin', body: { name: 'Gateway' } })
  ).token
  return hospital
}
