import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'bench', 'test', { test: { name: 'scripts', include: ['scripts/*.test.ts'] } }],
    globalSetup: ['packages/db/test/global-setup.ts'],
    // Two cores and one database server are the machine this is tuned for.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
