import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestProject } from 'vitest/node'
import { createDatabase, databaseUrl, dropDatabase } from '../src/postgres/index.ts'

let server: ChildProcess | undefined
let leftover: { serverUrl: string; template: string } | undefined

/** One server and one migrated template a run; every test database is a copy of the template. */
export async function setup(project: TestProject): Promise<void> {
  const given = process.env['CHARTWIRE_TEST_DATABASE_URL']
  const { serverUrl, scratch } = given === undefined ? await startServer() : { serverUrl: given, scratch: tmpdir() }
  const template = `chartwire_template_${randomBytes(4).toString('hex')}`
  leftover = { serverUrl, template }
  await createDatabase(serverUrl, template)
  const { migrate } = await import('../src/migrate.ts')
  await migrate(databaseUrl(serverUrl, template))
  project.provide('database', { serverUrl, template, scratch })
}

export async function teardown(): Promise<void> {
  if (server !== undefined) {
    server.stdin?.end()
    await once(server, 'exit')
  } else if (leftover !== undefined) {
    await dropDatabase(leftover.serverUrl, leftover.template)
  }
}

async function startServer(): Promise<{ serverUrl: string; scratch: string }> {
  // Its own process group: Ctrl-C reaches us first, and the server when we are done with it.
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.ts')], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  server = child
  for await (const line of createInterface({ input: child.stdout })) {
    return JSON.parse(line) as { serverUrl: string; scratch: string }
  }
  throw new Error('The test database server did not start; its error is above.')
}
