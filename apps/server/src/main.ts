import { PostgresError } from '@chartwire/db/postgres'
import { readEnvironment } from './configuration/environment.ts'
import { readSettings, SettingsError } from './configuration/settings.ts'
import { ensureConsole } from './console-build.ts'
import { seedDemo } from './demo/seed-demo.ts'
import { streamDemo } from './demo/stream-demo.ts'
import { welcome } from './demo/welcome.ts'
import { type RunningServer, startServer } from './start-server.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)

try {
  const settings = readSettings(readEnvironment())
  await ensureConsole(say)
  const server = await startServer(settings)
  const streams: { stop: () => Promise<void> }[] = []
  drainOnSignal(server, streams)
  if (settings.CHARTWIRE_DEMO) {
    const patients = settings.CHARTWIRE_DEMO_PATIENTS
    const access = await seedDemo(server.db, { dataDir: server.dataDir, patients })
    streams.push(streamDemo({ url: server.url, token: access.gatewayToken, patients, logger: server.logger }))
    say(welcome(server.url, access))
  } else say(`Chartwire is running at ${server.url}`)
} catch (error) {
  if (!(error instanceof SettingsError) && !(error instanceof PostgresError)) throw error
  process.stderr.write(`Chartwire cannot start.\n${error.message}\n`)
  process.exitCode = 1
}

/** The first signal drains and exits 0; a second one does not wait. */
function drainOnSignal(server: RunningServer, streams: readonly { stop: () => Promise<void> }[]): void {
  let isDraining = false
  const drain = async () => {
    if (isDraining) process.exit(130)
    isDraining = true
    say('\nDraining...')
    await Promise.all(streams.map((stream) => stream.stop()))
    await server.close()
    say('Stopped.')
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void drain())
}
