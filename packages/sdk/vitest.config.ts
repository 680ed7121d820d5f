import { defineProject } from 'vitest/config'

export default defineProject({
  test: { name: 'sdk', testTimeout: 120_000, hookTimeout: 300_000, include: ['{src,test}/**/*.test.{ts,tsx}'] },
})
