import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isApiError, type LiveStream, memorySession, createClient } from '../src/index.ts'
import { badLine } from './bad-line.ts'
import { type Hospital, openHospital } from './hospital.ts'
import { runServer, type RunningServer } from './running-server.ts'

let server: RunningServer
let hospital: Hospital

beforeAll(async () => {
  server = await runServer()
  hospital = await openHospital(server.url)
})
afterAll(() => server[Symbol.asyncDispose]())

/** Consumes a stream in the background until `isEnough`. */
function collect<Beat extends { serverTime: string }, Item>(
  stream: LiveStream<Beat>,
  itemsOf: (beat: Beat) => Item[],
  { isEnough, perBeatMs = 0 }: { isEnough: (items: Item[]) => boolean; perBeatMs?: number },
) {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const items: Item[] = []
  const consume = async () => {
    for await (const beat of stream) {
      begin()
      items.push(...itemsOf(beat))
      if (isEnough(items)) return items
      await sleep(perBeatMs)
    }
    return items
  }
  return { items: consume(), begun }
}

/** Sends one reading after the other, each with a source time of its own, and says which. */
async function sendReadings(patientId: string, count: number, between: (index: number) => unknown): Promise<string[]> {
  const start = Date.now() - count * 1000
  const times: string[] = []
  for (let index = 0; index < count; index += 1) {
    const at = new Date(start + index * 1000).toISOString()
    await hospital.gateway.api.vitals.record.mutate({ readings: [{ patientId, at, heartRate: 60 + (index % 20) }] })
    times.push(at)
    await between(index)
  }
  return times
}

describe.each(['websocket', 'sse'] as const)('over %s', (transport) => {
  test('a ward stream begins with the board and goes on with what changes', async () => {
    const patientId = await hospital.admit()
    const client = hospital.asNurse({ transport })
    const stream = client.watch.ward({ wardId: hospital.wardId })
    const seen: string[] = []
    stream.onStatus((status) => seen.push(status))
    for await (const beat of stream) {
      if (beat.kind === 'board') {
        await hospital.gateway.api.vitals.record.mutate({
          readings: [{ patientId, at: new Date().toISOString(), heartRate: 71 }],
        })
        continue
      }
      const tile = beat.tiles.find((shown) => shown.patientId === patientId)
      if (tile?.latest.heartRate?.value === 71) break
    }
    expect(seen).toEqual(['live', 'ended'])
    client.close()
  })

  test('a line cut again and again, and a consumer in no hurry: every reading once, in order', async () => {
    await using line = await badLine(server.url)
    const patientId = await hospital.admit()
    const client = createClient({ url: line.url, session: memorySession(hospital.nurse.token), transport })
    const stream = client.watch.patient({ patientId })
    const statuses = new Set<string>()
    stream.onStatus((status) => statuses.add(status))
    const count = 120
    const { items, begun } = collect(stream, ({ readings }) => readings.map(({ at }) => Date.parse(at)), {
      isEnough: (seen) => seen.length >= count,
      perBeatMs: 30,
    })
    await begun
    const sent = await sendReadings(patientId, count, async (index) => {
      if (index % 17 !== 16) return
      // Each cut meets a line that stands; what is sent meanwhile meets one that does not.
      while (stream.status !== 'live') await sleep(5)
      line.cut()
    })
    expect(await items).toEqual(sent.map((at) => Date.parse(at)))
    expect(statuses).toContain('reconnecting')
    expect(line.connections()).toBeGreaterThan(Math.floor(count / 17))
    client.close()
  })

  test('alarms raised, acknowledged and resolved while the line is cut arrive once, in order', async () => {
    await using line = await badLine(server.url)
    const nurse = hospital.asNurse()
    const client = createClient({ url: line.url, session: memorySession(hospital.nurse.token), transport })
    const patients = await Promise.all(Array.from({ length: 6 }, () => hospital.admit()))
    const { items, begun } = collect(
      client.watch.alarms(),
      ({ events }) => events.filter(({ alarm }) => patients.includes(alarm.patientId)),
      { isEnough: (seen) => seen.length >= patients.length * 3 },
    )
    await begun
    for (const patientId of patients) {
      const { id: alarmId } = await nurse.api.alarms.emergency.mutate({ patientId })
      line.cut()
      await nurse.api.alarms.acknowledge.mutate({ alarmId })
      await nurse.api.alarms.resolve.mutate({ alarmId })
    }
    const events = await items
    expect(new Set(events.map(({ id }) => id)).size).toBe(patients.length * 3)
    expect(events.map(({ alarm, kind }) => [alarm.patientId, kind])).toEqual(
      patients.flatMap((patientId) => ['raised', 'acknowledged', 'resolved'].map((kind) => [patientId, kind])),
    )
    client.close()
    nurse.close()
  })

  test('kill -9 of the server: every acknowledged reading arrives once', async () => {
    const patientId = await hospital.admit()
    const client = hospital.asNurse({ transport })
    const count = 40
    const { items, begun } = collect(
      client.watch.patient({ patientId }),
      ({ readings }) => readings.map(({ at }) => Date.parse(at)),
      { isEnough: (seen) => seen.length >= count },
    )
    await begun
    const sent = await sendReadings(patientId, count, async (index) => {
      if (index !== 20) return
      await server.kill()
      await server.start()
    })
    expect(await items).toEqual(sent.map((at) => Date.parse(at)))
    client.close()
  })

  test('a session that ends elsewhere ends the stream with the reason, and is told once', async () => {
    let ended = 0
    const { email, password } = hospital.nurse
    const first = createClient({ url: server.url, transport, onSessionEnded: () => (ended += 1) })
    const session = await first.auth.signIn({ email, password })
    const { items, begun } = collect(first.watch.ward({ wardId: hospital.wardId }), () => [], { isEnough: () => false })
    const alarms = collect(first.watch.alarms(), () => [], { isEnough: () => false })
    await Promise.all([begun, alarms.begun])
    const outcome = Promise.allSettled([items, alarms.items])
    await createClient({ url: server.url, session: memorySession(session.token ?? '') }).auth.signOut()
    for (const stream of await outcome) {
      expect(stream.status === 'rejected' && isApiError(stream.reason, 'unauthenticated')).toBe(true)
    }
    expect(ended).toBe(1)
    expect(first.auth.session).toBeNull()
    first.close()
  })

  test('signing out ends the streams without an error', async () => {
    const { email, password } = hospital.nurse
    const client = createClient({ url: server.url, transport })
    await client.auth.signIn({ email, password })
    const { items, begun } = collect(client.watch.ward({ wardId: hospital.wardId }), () => [], {
      isEnough: () => false,
    })
    await begun
    await client.auth.signOut()
    await expect(items).resolves.toEqual([])
    client.close()
  })

  test('what one may not watch is refused like what does not exist', async () => {
    const client = hospital.asNurse({ transport })
    const stranger = { wardId: '0195d3a0-0000-7000-8000-000000000001' }
    const { items } = collect(client.watch.ward(stranger), () => [], { isEnough: () => false })
    await expect(items).rejects.toSatisfy((error) => isApiError(error, 'not_found'))
    client.close()
  })
})

test('a later stream continues behind an earlier one', async () => {
  const patientId = await hospital.admit()
  const client = hospital.asNurse()
  const first = client.watch.patient({ patientId })
  for await (const beat of first) if (beat.tile) break
  const { lastEventId } = first
  const sent = await sendReadings(patientId, 5, () => undefined)
  const second = client.watch.patient({ patientId }, lastEventId === undefined ? {} : { lastEventId })
  const { items } = collect(second, ({ readings }) => readings.map(({ at }) => Date.parse(at)), {
    isEnough: (seen) => seen.length >= 5,
  })
  expect(await items).toEqual(sent.map((at) => Date.parse(at)))
  client.close()
})

test('a line that falls silent without a word is found out and replaced', async () => {
  await Promise.all(
    (['websocket', 'sse'] as const).map(async (transport) => {
      await using line = await badLine(server.url)
      const client = createClient({ url: line.url, session: memorySession(hospital.nurse.token), transport })
      const stream = client.watch.ward({ wardId: hospital.wardId })
      const statuses: string[] = []
      const { promise: isBack, resolve: back } = Promise.withResolvers<void>()
      stream.onStatus((status) => {
        statuses.push(status)
        if (status === 'live' && statuses.includes('reconnecting')) back()
      })
      const { items, begun } = collect(stream, () => [], { isEnough: () => false })
      await begun
      line.silence()
      await isBack
      expect(statuses).toEqual(['live', 'stale', 'reconnecting', 'live'])
      client.close()
      await items
    }),
  )
})
