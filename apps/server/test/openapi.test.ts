import { errorAnswer } from '@chartwire/api'
import { uuidv7 } from '@chartwire/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { restProcedures } from '../src/http/rest-procedures.ts'
import { json } from './ask.ts'
import { type Served, serve } from './serve.ts'

let server: Served
let nurse: string
let patientId: string

beforeAll(async () => {
  server = await serve()
  nurse = await server.token(server.hospital.nurse)
  patientId = (await server.hospital.admit()).patientId
})
afterAll(() => server[Symbol.asyncDispose]())

interface Asked {
  method?: string
  body?: string
  token?: string
  type?: string
}

const ask = (path: string, { token = nurse, type = 'application/json', ...init }: Asked = {}) =>
  fetch(`${server.url}/api${path}`, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': type } })

const get = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, init)

interface Operation {
  parameters: { $ref?: string }[]
  responses: Record<string, { content?: Record<string, unknown> }>
}

async function operations() {
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>
  }
  return (path: string, method: string) => document.paths[path]?.[method]
}

describe('the description', () => {
  it('is described by a valid OpenAPI 3.1 document, every route of it served', async () => {
    const document = (await (await get('/openapi.json')).json()) as {
      openapi: string
      servers: { url: string }[]
      paths: Record<
        string,
        Record<
          string,
          { operationId: string; responses: object; security?: unknown[]; parameters?: { name: string; in: string }[] }
        >
      >
      components: { securitySchemes: object }
    }
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(document.servers).toEqual([{ url: `${server.url}/api` }])
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
    )
    expect(operations).toHaveLength(restProcedures().length)
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
    for (const { path, method, responses, parameters = [] } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
      expect({
        path,
        named: parameters
          .filter((one) => one.in === 'path')
          .map(({ name }) => name)
          .sort(),
      }).toEqual({ path, named: named.toSorted((a = '', b = '') => a.localeCompare(b)) })
      expect(Object.keys(responses)).toContain('200')
      const answer = await get(`/api${path.replaceAll(/\{\w+\}/g, 'x')}`, {
        method,
        headers: json,
        ...(method === 'GET' ? {} : { body: '{}' }),
      })
      const text = await answer.text()
      // An address that is there for other methods answers 405.
      const isServed = answer.status !== 405 && (answer.status !== 404 || text.includes('invitation'))
      expect({ path, method, isServed }).toEqual({ path, method, isServed: true })
    }
    // Whatever a reference points at is there.
    const text = JSON.stringify(document)
    for (const [, pointer = ''] of text.matchAll(/"\$ref":"#([^"]+)"/g)) {
      const target = pointer
        .split('/')
        .slice(1)
        .reduce<unknown>((node, key) => Object(node)[key.replaceAll('~1', '/')], document)
      expect({ pointer, isThere: target !== undefined }).toEqual({ pointer, isThere: true })
    }
    expect(await (await get('/docs')).text()).toContain('/docs/start.js')
    expect((await get('/docs/assets/swagger-ui-bundle.js')).status).toBe(200)
    expect((await get('/docs/assets/package.json')).status).toBe(404)
  })
})

describe('an error over REST', () => {
  const refused: [what: string, status: number, request: () => Promise<Response>][] = [
    ['no session', 401, () => ask('/patients', { token: '' })],
    ['a field with a wrong value', 400, () => ask('/patients?limit=0')],
    ['a body that is no JSON', 400, () => ask('/sessions', { method: 'POST', body: '{"email":' })],
    ['a form', 415, () => ask('/sessions', { method: 'POST', body: 'a=b', type: 'text/plain' })],
    ['nobody’s patient', 404, () => ask(`/patients/${uuidv7()}`)],
    ['an address that is not there', 404, () => ask('/nothing')],
    ['another method', 405, () => ask('/patients', { method: 'DELETE' })],
    ['a body too large', 413, () => ask('/sessions', { method: 'POST', body: JSON.stringify('x'.repeat(2_000_000)) })],
    ['a role that never may', 403, () => ask('/departments', { method: 'POST', body: '{"name":"Ears"}' })],
  ]

  it.each(refused)('has the form that the description says: %s', async (_, status, request) => {
    const answer = await request()
    const body: unknown = await answer.json()
    expect(answer.status).toBe(status)
    const { error } = errorAnswer.parse(body)
    expect(error.httpStatus).toBe(status)
    expect(error.requestId).toBe(answer.headers.get('x-request-id'))
  })

  it('is what every operation says it may answer', async () => {
    const operation = await operations()
    for (const { openapi } of restProcedures()) {
      const responses = operation(openapi.path, openapi.method.toLowerCase())?.responses ?? {}
      expect({ path: openapi.path, statuses: Object.keys(responses) }).toEqual({
        path: openapi.path,
        statuses: ['200', 'default'],
      })
      expect(responses['default']?.content).toEqual({
        'application/json': { schema: { $ref: '#/components/schemas/Error' } },
      })
    }
  })

  it('names the field that nobody knows, unless what stands there is no field’s name', async () => {
    const field = async (query: string) =>
      ((await (await ask(`/patients?${query}`)).json()) as { error: { field?: string; message: string } }).error
    expect(await field('limt=3')).toMatchObject({ field: 'limt', message: 'limt: unknown field' })
    const { field: named, message } = await field('Geheim%20Anna,%20HIV=3')
    expect({ named, message }).toEqual({ named: undefined, message: 'input: unknown field' })
  })
})

describe('an address', () => {
  it('says which methods it takes when it does not take one', async () => {
    const answer = await ask('/patients', { method: 'PUT', body: '{}' })
    expect(answer.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'POST'])
  })

  it('answers HEAD as GET, without a body', async () => {
    const answer = await ask(`/patients/${patientId}`, { method: 'HEAD' })
    expect({ status: answer.status, text: await answer.text() }).toEqual({ status: 200, text: '' })
  })
})

describe('an operation', () => {
  it('names the headers it takes', async () => {
    const operation = await operations()
    const named = (path: string, method: string) =>
      operation(path, method)?.parameters.flatMap(({ $ref }) => $ref?.split('/').at(-1) ?? [])
    expect(named('/patients', 'get')).toEqual(['ActingAs', 'Purpose'])
    expect(named('/patients', 'post')).toEqual(['ActingAs', 'Purpose', 'IdempotencyKey'])
    // Before there is a session nobody acts as anything; and a secret is not kept to be answered again.
    expect(named('/sessions', 'post')).toEqual([])
  })
})
