import { connect } from 'node:net'
import type { Actor } from '@chartwire/db'
import { codeOf, type Answer } from '../world/answer.ts'
import { toAnswer, type WireAnswer } from '../world/http.ts'
import type { Role, World } from '../world/world.ts'

export type RequestBody = NonNullable<RequestInit['body']>

export interface Attempt {
  method?: string
  token?: string | null
  headers?: Record<string, string>
  body?: RequestBody
}

export interface Reply {
  status: number
  headers: Headers
  text: string
}

/** What a stranger with a network connection can do, and a world to do it to. */
export class Attacker {
  readonly world: World
  readonly url: string

  constructor(world: World) {
    this.world = world
    this.url = world.server.url
  }

  /** Any request at all. One that hangs is an attack that worked. */
  async send(path: string, { method = 'GET', token = null, headers = {}, body }: Attempt = {}): Promise<Reply> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body }),
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  /** A request as it is written, with a path and headers that `fetch` would put right; the whole answer as text. */
  raw(path: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
    const { hostname, port, host } = new URL(this.url)
    const lines = Object.entries({ host, connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}`)
    return this.bytes([`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'), { hostname, port })
  }

  async bytes(
    text: string | Buffer,
    { hostname, port }: { hostname: string; port: string } = new URL(this.url),
  ): Promise<{ status: number; text: string }> {
    const socket = connect(Number(port), hostname)
    socket.setTimeout(30_000, () => socket.destroy(new Error('The server does not answer.')))
    socket.end(text)
    const chunks: Buffer[] = []
    // A line that is cut is an answer as well, and so is what came before.
    await socket.forEach((chunk: Buffer) => void chunks.push(chunk)).catch(() => undefined)
    const answer = Buffer.concat(chunks).toString('utf8')
    const [head = '', ...body] = answer.split('\r\n\r\n')
    const isFramed = /transfer-encoding: chunked/i.test(head)
    return { status: Number(head.split(' ')[1] ?? 0), text: isFramed ? answer : body.join('\r\n\r\n') }
  }

  /** A request of JSON, as the REST surface takes it. */
  rest(
    method: string,
    path: string,
    { token = null, headers = {}, json }: Attempt & { json?: unknown } = {},
  ): Promise<Reply> {
    return this.send(`/api${path}`, {
      method,
      token,
      headers: { 'content-type': 'application/json', ...headers },
      ...(method === 'GET' ? {} : { body: JSON.stringify(json ?? {}) }),
    })
  }

  /** One procedure, with what the attacker likes as input. */
  async call(path: string, input: unknown, { token = null, headers = {} }: Attempt = {}): Promise<Answer> {
    const { text } = await this.send(`/trpc/${path}`, {
      method: 'POST',
      token,
      headers: { 'content-type': 'application/json', ...headers },
      ...(input === undefined ? {} : { body: JSON.stringify(input) }),
    })
    return toAnswer(JSON.parse(text) as WireAnswer)
  }

  /** How a call ends: `ok`, or the code of its refusal. */
  async fate(path: string, input: unknown, attempt: Attempt = {}): Promise<string> {
    return codeOf(await this.call(path, input, attempt))
  }

  /** A call as somebody of the world. */
  async as(role: Role, path: string, input: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call(path, input, { token: await this.world.tokenOf(role), headers })
  }

  async fateAs(role: Role, path: string, input: unknown, headers: Record<string, string> = {}): Promise<string> {
    return codeOf(await this.as(role, path, input, headers))
  }

  tokenOfActor(actor: Actor): Promise<string> {
    return this.world.server.token(actor)
  }

  sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return this.world.server.hospital.db.sql<Row>({ text, values })
  }

  /** Entries of the audit log about a resource, oldest first. */
  auditOf(resourceId: string): Promise<{ action: string; actor: string }[]> {
    return this.sql(`select action, actor from audit_entry where resource_id = $1 order by chain, seq`, [resourceId])
  }

  /** Entries of the audit log that a request left. */
  auditOfRequest(requestId: string): Promise<{ action: string; actor: string }[]> {
    return this.sql(`select action, actor from audit_entry where request_id = $1 order by seq`, [requestId])
  }

  async count(table: string, where = 'true', values: unknown[] = []): Promise<number> {
    const [row] = await this.sql<{ count: number }>(`select count(*)::int count from ${table} where ${where}`, values)
    return row?.count ?? 0
  }
}

/** The answer's data where it is an object; empty where the call was refused. */
export function dataOf(answer: Answer): Record<string, unknown> {
  return answer.error === undefined && typeof answer.data === 'object' ? { ...answer.data } : {}
}
