import { randomBytes } from 'node:crypto'
import { CommandFailure, EXIT, runCommands } from './run-commands.ts'
import { table } from './table.ts'

export function run(command: string, args: readonly string[]): Promise<number> {
  return runCommands(
    (program, finish) => {
      const keys = program.command('keys').description('The key ring of field encryption (CHARTWIRE_KEYS).')
      keys
        .command('generate')
        .description('print a fresh key ring')
        .option(
          '--rotate',
          'print the present ring with a fresh key in front: new values use it, old ones stay readable',
        )
        .addHelpText(
          'after',
          '\nKeep the ring where the database is not. The oldest key stays in it for good: indexes and\nthe audit chain are made with it.',
        )
        .action(async ({ rotate }: { rotate?: boolean }) => print(rotate ? await rotatedRing() : freshKey(1)))
      keys
        .command('status')
        .description('which keys the encrypted columns use; exit code 1 when one of them is not in the ring')
        .action(async () => finish(await status()))
    },
    [command, ...args],
  )
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function freshKey(id: number): string {
  return `${id}:${randomBytes(32).toString('base64')}`
}

async function rotatedRing(): Promise<string> {
  const { readEnvironment } = await import('../configuration/environment.ts')
  const { readSettings } = await import('../configuration/settings.ts')
  const { loadKeyText } = await import('../configuration/secrets.ts')
  const { dataFolder } = await import('../reach-database.ts')
  const settings = readSettings(readEnvironment())
  const { text, keys } = loadKeyText(settings, dataFolder(settings))
  const free = Array.from({ length: 256 }, (_, id) => (Math.max(...keys.ids) + 1 + id) % 256).find(
    (id) => !keys.ids.includes(id),
  )
  if (free === undefined) throw new CommandFailure('The ring is full: all 256 ids are taken.')
  return `${freshKey(free)},${text}`
}

async function status(): Promise<number> {
  const { keyUsage } = await import('@chartwire/db')
  const { withDatabase } = await import('./with-database.ts')
  return withDatabase(async ({ db }) => {
    const [current] = db.keys.ids
    const state = (id: number) => (id === current ? 'current' : db.keys.ids.includes(id) ? 'older' : 'NOT IN THE RING')
    const usage = await keyUsage(db.sql)
    print(`Keys in the ring, newest first: ${db.keys.ids.join(', ')}\n`)
    const rows = usage.map(({ table, column, keyId, rows }) => [`${table}.${column}`, keyId, rows, state(keyId)])
    process.stdout.write(
      rows.length > 0 ? table(['column', 'key', 'values', 'state'], rows) : 'No encrypted values yet.\n',
    )
    return usage.every(({ keyId }) => db.keys.ids.includes(keyId)) ? EXIT.done : EXIT.fault
  })
}
