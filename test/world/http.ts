import type { Answer, AnsweredError, Call } from './answer.ts'

export interface Caller {
  url: string
  /** A bearer token; null without a session. */
  token: string | null
  headers?: Readonly<Record<string, string>>
}

const mostAtOnce = 50

function headersOf({ token, headers }: Caller): Record<string, string> {
  return {
    'content-type': 'application/json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...headers,
  }
}

/** Calls procedures of one type, as many in a request as the server takes; the answers in the order of the calls. */
export async function callOverHttp(caller: Caller, calls: readonly Call[]): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let start = 0; start < calls.length; start += mostAtOnce) {
    const batch = calls.slice(start, start + mostAtOnce)
    const response = await fetch(`${caller.url}/trpc/${batch.map(({ path }) => path).join(',')}?batch=1`, {
      method: 'POST',
      headers: headersOf(caller),
      body: JSON.stringify(Object.fromEntries(batch.map(({ input }, index) => [index, input]))),
    })
    for (const answer of (await response.json()) as WireAnswer[]) answers.push(toAnswer(answer))
  }
  return answers
}

export interface WireAnswer {
  result?: { data?: unknown }
  error?: AnsweredError | (AnsweredError['data'] & { message: string })
}

/** What is refused before a procedure is reached says what it says without `data`. */
export function toAnswer({ result, error }: WireAnswer): Answer {
  if (error === undefined) return { data: result?.data }
  return { error: 'data' in error ? error : { message: error.message, data: error } }
}

/** The first message of a stream over server-sent events, or the error it ends with. */
export async function firstOverSse(caller: Caller, { path, input }: Call): Promise<Answer> {
  const abort = new AbortController()
  const response = await fetch(
    `${caller.url}/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input ?? null))}`,
    {
      headers: { ...headersOf(caller), accept: 'text/event-stream' },
      signal: abort.signal,
    },
  )
  try {
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      const answer = firstEvent(text)
      if (answer) return answer
    }
    return toAnswer(JSON.parse(text) as WireAnswer)
  } finally {
    abort.abort()
  }
}

function firstEvent(text: string): Answer | undefined {
  for (const event of text.split('\n\n').slice(0, -1)) {
    const lines = new Map(
      event.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    )
    const data: unknown = lines.has('data') ? JSON.parse(lines.get('data') ?? '') : undefined
    if (lines.get('event') === 'serialized-error') return toAnswer({ error: data as AnsweredError })
    if (lines.has('id')) return { data }
  }
  return undefined
}
