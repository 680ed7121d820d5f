import { expect, test } from 'vitest'
import { buildTarget } from './target.ts'

const at = { url: 'http://127.0.0.1:4000/', token: 'secret' }

test('a query goes by GET with its input, a mutation by POST', () => {
  const query = buildTarget({ ...at, procedure: 'patients.list', input: { limit: 20 } })
  expect(query).toMatchObject({ method: 'GET', origin: 'http://127.0.0.1:4000', body: null, name: 'patients.list' })
  expect(query.path).toBe('/trpc/patients.list?input=%7B%22limit%22%3A20%7D')
  expect(query.headers['authorization']).toBe('Bearer secret')
  expect(buildTarget({ ...at, procedure: 'vitals.record', mutation: true, input: [1] })).toMatchObject({
    method: 'POST',
    path: '/trpc/vitals.record',
    body: '[1]',
  })
})

test('a path goes as it is; a body makes it a POST', () => {
  expect(buildTarget({ ...at, token: undefined, path: '/api/x?y=1' })).toMatchObject({
    method: 'GET',
    path: '/api/x?y=1',
  })
  expect(buildTarget({ ...at, path: '/api/x', input: {} })).toMatchObject({ method: 'POST', body: '{}' })
})

test.each([
  [{}, '--procedure or --path'],
  [{ procedure: 'a', path: '/b' }, '--procedure or --path'],
  [{ procedure: 'a/../b' }, 'no procedure'],
  [{ path: 'api' }, '--path must begin'],
  [{ path: '/api', method: 'GET', input: 1 } as const, '--input cannot go'],
])('%o is refused', (options, message) => {
  expect(() => buildTarget({ ...at, ...options })).toThrow(message)
})
