import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ByteStream } from '../links/fetch.ts'
import { readEventStream, type ServerSentEvent } from './event-stream.ts'

function bytes(chunks: Uint8Array[], onCancel: () => void = () => undefined): ByteStream {
  const rest = [...chunks]
  return {
    getReader: () => ({
      read: () => {
        const value = rest.shift()
        return Promise.resolve(value ? { done: false, value } : { done: true })
      },
      cancel: () => {
        onCancel()
        return Promise.resolve()
      },
    }),
  }
}

async function all(stream: ByteStream): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = []
  for await (const event of readEventStream(stream)) events.push(event)
  return events
}

const line = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\r\n]/.test(text))
const sent = fc.record({
  event: fc.constantFrom('message', 'ping', 'return'),
  data: fc.array(line, { minLength: 1, maxLength: 3 }),
  id: fc.option(line.filter((text) => text !== '')),
})

test('events arrive whole however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(sent),
      fc.constantFrom('\n', '\r\n'),
      fc.array(fc.nat({ max: 40 })),
      async (events, newline, cuts) => {
        const text = events
          .map(({ event, data, id }) =>
            [
              `event: ${event}`,
              ...data.map((part) => `data: ${part}`),
              ...(id === null ? [] : [`id: ${id}`]),
              ': a remark',
              '',
              '',
            ].join(newline),
          )
          .join('')
        const whole = new TextEncoder().encode(text)
        const chunks: Uint8Array[] = []
        let from = 0
        for (const length of cuts) {
          chunks.push(whole.subarray(from, from + length))
          from += length
        }
        chunks.push(whole.subarray(from))
        expect(await all(bytes(chunks))).toEqual(
          events.map(({ data, ...event }) => ({ ...event, data: data.join('\n') })),
        )
      },
    ),
  )
})

test('an event that was cut off is not told', async () => {
  expect(await all(bytes([new TextEncoder().encode('data: 1\n\ndata: 2\n')]))).toMatchObject([{ data: '1' }])
})

test('leaving the loop closes the body', async () => {
  let isClosed = false
  const stream = bytes([new TextEncoder().encode('data: 1\n\ndata: 2\n\n')], () => (isClosed = true))
  for await (const { data } of readEventStream(stream)) if (data === '1') break
  expect(isClosed).toBe(true)
})
