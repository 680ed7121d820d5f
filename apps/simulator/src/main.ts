import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from './clock.ts'
import { connectBedside } from './connection/connect-bedside.ts'
import { findConnection } from './connection/connection.ts'
import { openDisplay } from './display/live-view.ts'
import { runProgram } from './program.ts'

const root = join(import.meta.dirname, '../../..')
const stop = new AbortController()

// The first Ctrl-C ends the run and still reports; the second ends the program. One press may arrive several times: from
// the terminal, from npm, from the script in between.
const samePressMs = 1_000
let stoppedAt: number | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stoppedAt !== undefined && performance.now() - stoppedAt > samePressMs) process.exit(130)
    stoppedAt ??= performance.now()
    stop.abort()
  })
}

// A run that another program started (the demo's stream) ends with that program, however it ended: with nobody left to
// answer or to report to.
if (process.connected) {
  process.on('disconnect', () => process.exit(130))
  process.channel?.unref()
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
