import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from './clock.ts'
import { connectBedside } from './connection/connect-bedside.ts'
import { findConnection } from './connection/connection.ts'
import { openDisplay } from './display/live-view.ts'
import { runProgram } from './program.ts'

const root = join(import.meta.dirname, '../../..')
const stop = new AbortController()

// The first Ctrl-C ends the run and still reports; the second ends the program.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  })
}

await runProgram(process.argv.slice(2), {
  clock: systemClock,
  display: openDisplay(process.stdout, () => performance.now()),
  stop: stop.signal,
  findConnection: (options) => findConnection(options, { env: process.env, root }),
  connect: connectBedside,
  writeFile,
  exit: (code) => {
    process.exitCode = code
  },
})
