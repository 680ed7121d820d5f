import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { HttpIngest } from './http-ingest.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close()
})

async function ingestTo(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<HttpIngest> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  open.push({
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
  const { port } = server.address() as AddressInfo
  const ingest = new HttpIngest({ url: `http://127.0.0.1:${port}`, path: '/trpc/vitals.record', token: 't0' })
  open.push(ingest)
  return ingest
}

const counts = { results: [], stored: 1, duplicates: 0, flagged: 0, refused: 0 }
const reply =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (_: unknown, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }

test('posts readings with the token and reads a tRPC envelope or a plain body', async () => {
  const seen: string[] = []
  const ingest = await ingestTo((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`)
      reply(200, seen.length === 1 ? { result: { data: counts } } : counts)(request, response)
    })
  })
  const readings = [{ patientId: 'p', at: 1, heartRate: 70 }]
  expect(await ingest.recordBatch(readings)).toEqual(counts)
  expect(await ingest.recordBatch(readings)).toEqual(counts)
  expect(seen[0]).toBe('POST /trpc/vitals.record Bearer t0 {"readings":[{"patientId":"p","at":1,"heartRate":70}]}')
})

test.each([
  [401, {}, { code: 'UNAUTHORIZED', retryable: false }],
  [403, {}, { code: 'FORBIDDEN', retryable: false }],
  [413, { error: { data: { code: 'PAYLOAD_TOO_LARGE' } } }, { code: 'PAYLOAD_TOO_LARGE', retryable: false }],
  [429, { code: 'TOO_MANY' }, { code: 'TOO_MANY', retryable: true, retryAfterMs: 2000 }],
  [503, 'down', { code: 'HTTP_503', retryable: true }],
])('an answer of %i says whether to try again', async (status, body, expected) => {
  const ingest = await ingestTo(reply(status, body, { 'retry-after': '2' }))
  await expect(ingest.recordBatch([])).rejects.toMatchObject(expected)
})

test('an answer that does not account for the readings is no acknowledgement', async () => {
  const ingest = await ingestTo(reply(200, { result: { data: { stored: 1 } } }))
  await expect(ingest.recordBatch([])).rejects.toMatchObject({ code: 'UNREADABLE_ANSWER', retryable: false })
})

test('a lost connection is worth another try', async () => {
  const ingest = await ingestTo((request) => request.socket.destroy())
  await expect(ingest.recordBatch([])).rejects.toMatchObject({ code: 'UNREACHABLE', retryable: true })
  const nobody = new HttpIngest({ url: 'http://127.0.0.1:1', path: '/' })
  open.push(nobody)
  await expect(nobody.recordBatch([])).rejects.toMatchObject({ code: 'UNREACHABLE', retryable: true })
})
