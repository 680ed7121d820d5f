import { defineProject } from 'vitest/config'

export default defineProject({
  test: { name: 'system', testTimeout: 120_000, hookTimeout: 120_000, include: ['**/*.test.ts'] },
})
