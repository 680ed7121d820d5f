import { expect, test } from 'vitest'
import { hrefOf, letterLink, parseRoute, type Route } from './route.ts'

test.each<Route>([
  { page: 'wards' },
  { page: 'ward', wardId: 'w 1/2' },
  { page: 'wall', wardId: 'w1' },
  { page: 'patient', wardId: 'w1', patientId: 'p1' },
])('%o has an address that leads back to it', (route) => {
  expect(parseRoute(hrefOf(route))).toEqual(route)
})

test.each(['', '#', '#/nonsense/w1', '#/ward/', '#/wall'])('%s leads to the choice of a ward', (hash) => {
  expect(parseRoute(hash)).toEqual({ page: 'wards' })
})

test('a link that sets a password is told from every other address', () => {
  expect(letterLink('#/set-password/abc-_1')).toEqual({ kind: 'set-password', token: 'abc-_1' })
  expect(letterLink('#/join/abc-_1')).toEqual({ kind: 'join', token: 'abc-_1' })
  expect(letterLink('#/confirm/abc-_1')).toEqual({ kind: 'confirm', token: 'abc-_1' })
  expect(letterLink('#/document/abc-_1')).toEqual({ kind: 'document', token: 'abc-_1' })
  expect(['', '#/', '#/set-password', '#/set-password/', '#/ward/set-password', '#/join'].map(letterLink)).toEqual(
    Array.from({ length: 6 }, () => null),
  )
})
