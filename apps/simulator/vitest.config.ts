import { defineProject } from 'vitest/config'

export default defineProject({
  test: { name: 'simulator', isolate: false, testTimeout: 60_000, include: ['{src,test}/**/*.test.{ts,tsx}'] },
})
