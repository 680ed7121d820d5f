import { DatabaseRightsError } from '@chartwire/db'
import { PostgresError } from '@chartwire/db/postgres'
import { readEnvironment } from './configuration/environment.ts'
import { readSettings, type Settings, SettingsError } from './configuration/settings.ts'
import { ensureConsole } from './console-build.ts'
import { seedDemo } from './demo/seed-demo.ts'
import { type DemoStream, streamDemo } from './demo/stream-demo.ts'
import { welcome } from './demo/welcome.ts'
import { type RunningServer, startServer } from './start-server.ts'
import { listenForStop } from './stop-request.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)

const stop = listenForStop()
// A terminal that was closed must not keep the server from draining.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
try {
  const settings = readSettings(readEnvironment())
  await ensureConsole(say)
  const server = await startServer(settings)
  const stream = stop.isMade ? undefined : await open(server, settings)
  await stop.made
  say('\nDraining...')
  await stream?.stop()
  await server.close()
  say('Stopped.')
  process.exit(0)
} catch (error) {
  if (![SettingsError, PostgresError, DatabaseRightsError].some((kind) => error instanceof kind)) throw error
  process.stderr.write(`Chartwire cannot start.\n${error instanceof Error ? error.message : ''}\n`)
  process.exit(1)
}

/** What a newcomer sees; the demo's stream when there is one. */
async function open(server: RunningServer, settings: Settings): Promise<DemoStream | undefined> {
  const { url, db, dataDir, logger } = server
  if (!settings.CHARTWIRE_DEMO) {
    say(`Chartwire is running at ${url}. Stop with Ctrl-C.`)
    return undefined
  }
  const access = await seedDemo(db, { dataDir, patients: settings.CHARTWIRE_DEMO_PATIENTS })
  say(welcome(url, access))
  return streamDemo({ url, token: access.gatewayToken, patients: access.patients, logger })
}
