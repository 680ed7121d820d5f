import { defineConfig } from 'vitest/config'
import { ProcessesFirst } from './scripts/processes-first.ts'

export default defineConfig({
  test: {
    projects: [
      'packages/*',
      'apps/*',
      'bench',
      'test',
      { test: { name: 'scripts', include: ['scripts/*.test.ts'] } },
      // What replaces a module needs a worker of its own; the other suites of the system share theirs.
      {
        test: {
          name: 'mocked',
          include: ['test/attacks/passwords.test.ts'],
          hookTimeout: 120_000,
          testTimeout: 120_000,
        },
      },
    ],
    globalSetup: ['packages/db/test/global-setup.ts'],
    sequence: { sequencer: ProcessesFirst },
  },
})
