import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'reports',
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    include: ['{src,test}/**/*.test.{ts,tsx}'],
  },
})
