import { expect, test } from 'vitest'
import { ServerClock } from './server-clock.ts'

test('a message held up on the way does not set the clock back, so what it brings looks as old as it is', () => {
  const clock = new ServerClock()
  clock.learn(1_000_000, 0)
  clock.learn(1_000_000, 30_000)
  expect(clock.now(30_000)).toBe(1_030_000)
})

test('a message that came faster than any before corrects it', () => {
  const clock = new ServerClock()
  clock.learn(1_000_000, 0)
  clock.learn(1_010_400, 10_000)
  expect(clock.now(10_000)).toBe(1_010_400)
})

test('a steady clock that drifts is believed no longer than a quarter of an hour', () => {
  const clock = new ServerClock()
  clock.learn(1_000_000, 0)
  clock.learn(1_900_000, 901_000)
  expect(clock.now(901_000)).toBe(1_900_000)
})
