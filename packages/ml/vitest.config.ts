import { defineProject } from 'vitest/config'

export default defineProject({ test: { name: 'ml', include: ['{src,test}/**/*.test.{ts,tsx}'] } })
