import { WebSocket } from 'ws'

/** A message of a live stream as it came over the wire. */
export interface LiveMessage {
  id: string
  data: {
    readings?: { heartRate: number | null }[]
    events?: { kind: string; alarm: { patientId: string; rule: string } }[]
  }
}

export interface LiveLine {
  messages: LiveMessage[]
  /** The id of the last message: where the next line goes on. */
  lastId: () => string | null
  /** Resolves when the line is cut, by whomever. */
  ended: Promise<void>
  /** Resolves when the stream is over, whether or not its line is. */
  over: Promise<void>
  close: () => void
}

export type OpenLine = (url: string, options: LineOptions) => Promise<LiveLine>

export interface LineOptions {
  token: string
  path: string
  input: object
  lastEventId: string | null
}

/** A stream over server-sent events, with the token in a header. */
export const openEventStream: OpenLine = async (url, { token, path, input, lastEventId }) => {
  const abort = new AbortController()
  const response = await fetch(`${url}/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`, {
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
    },
    signal: abort.signal,
  })
  if (!response.ok || !response.body) throw new Error(`The stream answered ${response.status}.`)
  const messages: LiveMessage[] = []
  const read = async (body: ReadableStream<Uint8Array>) => {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const chunk of body) {
      rest += decoder.decode(chunk, { stream: true })
      const events = rest.split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        const field = (name: string) =>
          event
            .split('\n')
            .find((line) => line.startsWith(`${name}: `))
            ?.slice(name.length + 2)
        const [id, data, kind] = [field('id'), field('data'), field('event')]
        if (id && data && kind === undefined) messages.push({ id, data: JSON.parse(data) as LiveMessage['data'] })
      }
    }
  }
  // A line that is cut in the middle is what these tests are about.
  const ended = read(response.body).catch(() => undefined)
  return { messages, lastId: () => messages.at(-1)?.id ?? lastEventId, ended, over: ended, close: () => abort.abort() }
}

/** The same over a WebSocket, with the token in its first message. */
export const openWebSocket: OpenLine = async (url, { token, path, input, lastEventId }) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/trpc?connectionParams=1`)
  const messages: LiveMessage[] = []
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const { promise: refused, resolve: isOver } = Promise.withResolvers<void>()
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.on('error', () => socket.terminate())
  socket.on('message', (raw: Buffer) => {
    const text = raw.toString('utf8')
    if (!text.startsWith('{')) return
    const { result, error } = JSON.parse(text) as {
      error?: object
      result?: { type: string; data: { id: string; data: LiveMessage['data'] } }
    }
    if (error !== undefined) isOver()
    if (result?.type === 'data') messages.push({ id: result.data.id, data: result.data.data })
  })
  socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }))
  const params = { path, input, ...(lastEventId === null ? {} : { lastEventId }) }
  socket.send(JSON.stringify({ id: 1, method: 'subscription', params }))
  return {
    messages,
    lastId: () => messages.at(-1)?.id ?? lastEventId,
    ended,
    over: Promise.race([ended, refused]),
    close: () => socket.close(),
  }
}

/** The heart rates a line brought, in order. */
export function ratesOf(messages: readonly LiveMessage[]): number[] {
  return messages.flatMap(({ data }) => data.readings?.flatMap(({ heartRate }) => heartRate ?? []) ?? [])
}
