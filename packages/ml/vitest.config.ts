import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'ml',
    include: ['{src,test}/**/*.test.{ts,tsx}'],
    // Limits of the root configuration do not reach a project; recognisers start as processes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
