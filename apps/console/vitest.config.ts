import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'console',
    include: ['{src,test}/**/*.test.{ts,tsx}'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
})
