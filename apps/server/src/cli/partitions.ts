import { dropExpiredPartitions, listPartitions } from '@chartwire/db'
import { confirm } from './confirm.ts'
import { runCommands } from './run-commands.ts'
import { table } from './table.ts'
import { withDatabase } from './with-database.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)

export function run(command: string, args: readonly string[]): Promise<number> {
  return runCommands(
    (program) => {
      const partitions = program
        .command('partitions')
        .description('Readings lie in one partition a month. The server makes and drops them by itself.')
      partitions.command('list').description('the months, their size, and which have expired').action(list)
      partitions
        .command('drop')
        .description('drop the months that lie wholly before the retention; hourly statistics stay')
        .option('--yes', 'do not ask')
        .action(drop)
    },
    [command, ...args],
  )
}

function list(): Promise<void> {
  return withDatabase(async ({ db, ctx }) => {
    const rows = await listPartitions(db.sql, ctx.now())
    process.stdout.write(
      table(
        ['partition', 'readings (about)', 'size', 'state'],
        rows.map(({ name, readings, size, isExpired }) => [name, readings, size, isExpired ? 'expired' : 'kept']),
      ),
    )
  })
}

function drop({ yes }: { yes?: boolean }): Promise<void> {
  return withDatabase(async ({ db, ctx }) => {
    const expired = (await listPartitions(db.sql, ctx.now())).filter(({ isExpired }) => isExpired)
    if (expired.length === 0) return say('No month has expired.')
    await confirm(`Drop ${expired.map(({ name }) => name).join(', ')} for good?`, yes)
    for (const name of await dropExpiredPartitions(db.ownerSql, ctx.now())) say(`dropped ${name}`)
  })
}
