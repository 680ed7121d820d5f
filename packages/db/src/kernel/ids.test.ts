import { expect, it } from 'vitest'
import { uuidv7 } from './ids.ts'

it('ids of one millisecond follow each other in the order in which they were made', () => {
  for (const now of [1_790_000_000_000, 1_790_000_000_001]) {
    const made = Array.from({ length: 2_000 }, () => uuidv7(now))
    expect(made.toSorted()).toEqual(made)
    expect(new Set(made).size).toBe(made.length)
    for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  }
})
