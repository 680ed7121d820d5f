import type { ByteStream } from '../links/fetch.ts'

export interface ServerSentEvent {
  event: string
  data: string
  id: string | null
}

/** The events of a `text/event-stream` body (HTML standard, 9.2.6), as they come. Leaving the loop closes the body. */
export async function* readEventStream(body: ByteStream): AsyncGenerator<ServerSentEvent, void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let fields = noFields()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const text = line.endsWith('\r') ? line.slice(0, -1) : line
        if (text !== '') {
          read(text, fields)
          continue
        }
        if (fields.data.length > 0) yield { ...fields, data: fields.data.join('\n') }
        fields = noFields()
      }
    }
  } finally {
    await reader.cancel()
  }
}

function noFields() {
  return { event: 'message', data: [] as string[], id: null as string | null }
}

function read(line: string, fields: ReturnType<typeof noFields>): void {
  const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
  if (name === 'data') fields.data.push(value)
  else if (name === 'event') fields.event = value
  else if (name === 'id') fields.id = value
}
