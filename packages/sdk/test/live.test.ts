import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Hospital, openHospital } from './hospital.ts'
import { runServer, type RunningServer } from './running-server.ts'

let server: RunningServer
let hospital: Hospital

beforeAll(async () => {
  server = await runServer()
  hospital = await openHospital(server.url)
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
})

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
})
