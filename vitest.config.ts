import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'bench', 'test', { test: { name: 'scripts', include: ['scripts/*.test.ts'] } }],
    globalSetup: ['packages/db/test/global-setup.ts'],
  },
})
