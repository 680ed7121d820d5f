import { randomBytes } from 'node:crypto'
import type { RotatedColumn } from '@chartwire/db'
import { InvalidArgumentError } from 'commander'
import { CommandFailure, EXIT, runCommands } from './run-commands.ts'
import { table } from './table.ts'

export function run(command: string, args: readonly string[]): Promise<number> {
  return runCommands(
    (program, finish) => {
      const keys = program
        .command('keys')
        .description('The key ring of field encryption (CHARTWIRE_KEYS or CHARTWIRE_KEYS_FILE).')
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
        .command('rotate')
        .description(
          'encrypt with the newest key what older ones encrypted; servers may run, a killed run is gone on with',
        )
        .option('--batch <rows>', 'rows a transaction', wholeNumber, 500)
        .addHelpText(
          'after',
          '\nFirst give every server the ring that `keys generate --rotate` printed, and restart it. Exit code 1 when\na value cannot be read with any key of the ring.',
        )
        .action(async (options: { batch: number }) => finish(await rotate(options)))
      keys
        .command('status')
        .description(
          'which keys the encrypted columns use, and which are free to drop; exit code 1 when one is missing',
        )
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

function wholeNumber(text: string): number {
  const rows = Number(text)
  if (!Number.isInteger(rows) || rows < 1 || rows > 10_000) throw new InvalidArgumentError('a number from 1 to 10000')
  return rows
}

async function rotate({ batch }: { batch: number }): Promise<number> {
  const { rotateKeys } = await import('@chartwire/db')
  const { withDatabase } = await import('./with-database.ts')
  return withDatabase(async ({ db }) => {
    const { isTTY } = process.stderr
    const onProgress = ({ table, column, rewrapped }: RotatedColumn) =>
      void (isTTY && process.stderr.write(`\r\x1b[K${table}.${column}: ${rewrapped}`))
    const columns = await rotateKeys(db, { batch, onProgress })
    if (isTTY) process.stderr.write('\r\x1b[K')
    const touched = columns.filter(({ rewrapped, unreadable }) => rewrapped + unreadable > 0)
    const rows = touched.map(({ table, column, ...counts }) => [
      `${table}.${column}`,
      counts.rewrapped,
      counts.unreadable,
    ])
    print(`Everything that can be read is encrypted with key ${db.keys.currentId}.`)
    if (rows.length > 0) process.stdout.write(`\n${table(['column', 're-encrypted', 'UNREADABLE'], rows)}`)
    return columns.every(({ unreadable }) => unreadable === 0) ? EXIT.done : EXIT.fault
  })
}

async function status(): Promise<number> {
  const { keyUsage } = await import('@chartwire/db')
  const { withDatabase } = await import('./with-database.ts')
  return withDatabase(async ({ db: { keys, sql } }) => {
    const state = (id: number) =>
      id === keys.currentId ? 'current' : keys.ids.includes(id) ? 'older' : 'NOT IN THE RING'
    const usage = await keyUsage(sql)
    const used = new Set(usage.map(({ keyId }) => keyId))
    print(`Keys in the ring, newest first: ${keys.ids.join(', ')}`)
    print(`Key ${keys.rootId} makes the indexes and the audit chain: it stays.`)
    const free = keys.ids.filter((id) => id !== keys.currentId && id !== keys.rootId && !used.has(id))
    if (free.length > 0) print(`Free to drop, once no backup needs them: ${free.join(', ')}`)
    if (keys.ids.some((id) => id !== keys.currentId && used.has(id)))
      print('`keys rotate` re-encrypts what older keys hold.')
    const rows = usage.map(({ table, column, keyId, rows }) => [`${table}.${column}`, keyId, rows, state(keyId)])
    process.stdout.write(
      rows.length > 0 ? `\n${table(['column', 'key', 'values', 'state'], rows)}` : '\nNo encrypted values yet.\n',
    )
    return usage.every(({ keyId }) => keys.ids.includes(keyId)) ? EXIT.done : EXIT.fault
  })
}
