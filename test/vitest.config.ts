import { configDefaults, defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'system',
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    include: ['**/*.test.ts'],
    // Replaces a module, and has a worker of its own for that: see the root's configuration.
    exclude: [...configDefaults.exclude, 'attacks/passwords.test.ts'],
  },
})
