import { expect, test } from 'vitest'
import { hrefOf, parseRoute, type Route } from './route.ts'

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
