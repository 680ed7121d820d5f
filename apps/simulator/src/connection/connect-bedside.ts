import { type Client, createClient, isApiError, isConnectionError, memorySession } from '@chartwire/sdk'
import { type Bedside, BedsideError, type BedsidePatient, type LiveEvent, type RaisedAlarm } from '../bedside.ts'
import type { Connection } from './connection.ts'
import { HttpIngest } from './http-ingest.ts'

/**
 * Opens the port to a server. Readings go by the fast way with the gateway's token; whoever watches or reads alarms does
 * so with a login of the care team, since a gateway may feed and not look.
 */
export async function connectBedside(connection: Connection): Promise<Bedside> {
  const { url, token } = connection
  const ingest = new HttpIngest({ url, path: '/trpc/vitals.record', token })
  const gateway = createClient({ url, session: memorySession(token) })
  const watchers = new Set<Client>()
  let readerToken: Promise<string | undefined> | undefined
  const reader = () => (readerToken ??= signInReader(connection))

  async function* watching(open: (client: Client) => AsyncIterable<LiveEvent>): AsyncGenerator<LiveEvent> {
    // A connection each, as browsers have.
    const client = createClient({ url, session: memorySession(await reader()) })
    watchers.add(client)
    try {
      yield* open(client)
    } catch (error) {
      throw toBedsideError(error)
    } finally {
      watchers.delete(client)
      client.close()
    }
  }

  return {
    recordBatch: (readings) => ingest.recordBatch(readings),
    listPatients: ({ limit }) => typed(() => listPatients(gateway, limit)),
    watchWard: (wardId, signal) => watching((client) => wardEvents(client, wardId, signal)),
    watchPatient: (patientId, signal) => watching((client) => patientEvents(client, patientId, signal)),
    alarmsSince: (time) =>
      typed(async () => {
        const client = createClient({ url, session: memorySession(await reader()) })
        try {
          return await alarmsSince(client, time)
        } finally {
          client.close()
        }
      }),
    close: async () => {
      for (const client of watchers) client.close()
      gateway.close()
      await ingest.close()
    },
  }
}

async function signInReader({ url, token, reader }: Connection): Promise<string | undefined> {
  if (reader === undefined) return token
  const client = createClient({ url })
  try {
    const { token: own } = await client.auth.signIn(reader)
    return own ?? undefined
  } finally {
    client.close()
  }
}

async function listPatients(client: Client, limit: number): Promise<BedsidePatient[]> {
  const patients: BedsidePatient[] = []
  for await (const { patientId, mrn, wardId } of client.list(client.api.admissions.current, {
    limit: Math.min(limit, 1_000),
  })) {
    patients.push({ id: patientId, mrn, wardId })
    if (patients.length >= limit) break
  }
  return patients
}

/** A board is a state, not a log: of several readings of one patient between two frames it shows the newest. */
async function* wardEvents(client: Client, wardId: string, signal: AbortSignal): AsyncGenerator<LiveEvent> {
  const stream = client.watch.ward({ wardId }, { signal })
  let isFirst = true
  const shown = new Map<string, string>()
  for await (const beat of stream) {
    if (beat.kind === 'board' && !isFirst) yield { kind: 'resumed' }
    for (const { patientId, at } of beat.tiles) {
      const isNews = at !== null && shown.get(patientId) !== at
      if (at !== null) shown.set(patientId, at)
      // What stood on the board before this watcher came is nobody's news.
      if (isNews && !isFirst) yield { kind: 'reading', patientId, at: Date.parse(at) }
    }
    for (const { kind, alarm } of beat.alarms) {
      if (kind === 'raised') yield { kind: 'alarm', patientId: alarm.patientId, level: alarm.level }
    }
    isFirst = false
  }
}

async function* patientEvents(client: Client, patientId: string, signal: AbortSignal): AsyncGenerator<LiveEvent> {
  const stream = client.watch.patient({ patientId }, { signal })
  const resumptions: LiveEvent[] = []
  let wasLive = false
  stream.onStatus((status) => {
    if (status === 'live' && wasLive) resumptions.push({ kind: 'resumed' })
    if (status === 'reconnecting') wasLive = true
  })
  for await (const beat of stream) {
    yield* resumptions.splice(0)
    for (const { at, deviceId } of beat.readings) {
      yield { kind: 'reading', patientId, at: Date.parse(at), ...(deviceId === null ? {} : { device: deviceId }) }
    }
    for (const { kind, alarm } of beat.alarms) {
      if (kind === 'raised') yield { kind: 'alarm', patientId, level: alarm.level }
    }
  }
}

async function alarmsSince(client: Client, time: number): Promise<RaisedAlarm[]> {
  const alarms: RaisedAlarm[] = []
  const since = new Date(time).toISOString()
  for await (const alarm of client.list(client.api.alarms.list, { since, limit: 500 })) {
    const raisedAt = Date.parse(alarm.raisedAt)
    alarms.push({
      id: alarm.id,
      patientId: alarm.patientId,
      rule: alarm.rule,
      level: alarm.level,
      raisedAt,
      ...(alarm.parameter === null ? {} : { vital: alarm.parameter }),
      ...(alarm.rule.startsWith('missing:') ? {} : { sourceAt: raisedAt }),
    })
  }
  return alarms
}

async function typed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw toBedsideError(error)
  }
}

function toBedsideError(error: unknown): unknown {
  if (isConnectionError(error)) {
    return new BedsideError('the server cannot be reached', { code: 'UNREACHABLE', retryable: true, cause: error })
  }
  if (!isApiError(error)) return error
  const { httpStatus, retryable, code } = error.data
  const known = httpStatus === 401 ? 'UNAUTHORIZED' : httpStatus === 403 ? 'FORBIDDEN' : code
  return new BedsideError(error.message, { code: known, retryable, cause: error })
}
