import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { listHospitals } from '@chartwire/db'
import { dropUnusedDatabase } from '@chartwire/db/postgres'
import { demoFile, isDemoHospital } from '../demo/demo-access.ts'
import { dataFolder } from '../reach-database.ts'
import { confirm } from './confirm.ts'
import { CommandFailure, EXIT, runCommands } from './run-commands.ts'
import { withDatabase, withDatabaseUrl } from './with-database.ts'

export function run(command: string, args: readonly string[]): Promise<number> {
  return runCommands(
    (program) => {
      const demo = program.command('demo').description('The demo hospital of the data folder.')
      demo
        .command('reset')
        .description('delete the demo and all its readings; the next start makes a new one, with new passwords')
        .option('--yes', 'do not ask')
        .addHelpText(
          'after',
          '\nRefuses when another hospital is in the database, while the server runs, and with DATABASE_URL.',
        )
        .action(reset)
    },
    [command, ...args],
  )
}

/** An audit log cannot be deleted from within, so the whole database goes; nothing but the demo may be in it. */
async function reset({ yes }: { yes?: boolean }): Promise<void> {
  const others = await withDatabase(async ({ db, settings }) => {
    if (settings.DATABASE_URL !== undefined) {
      throw new CommandFailure('DATABASE_URL: a database of your own is yours to drop.', EXIT.unusable)
    }
    return (await listHospitals(db.sql)).filter(({ name }) => !isDemoHospital(name))
  })
  if (others.length > 0) throw new CommandFailure(`The database holds ${others.length} hospitals that are no demo.`)
  await confirm('Delete the demo hospital and all its readings?', yes)
  await withDatabaseUrl(async (url, settings) => {
    if (!(await dropUnusedDatabase(url))) throw new CommandFailure('The server is running; stop it first.')
    rmSync(join(dataFolder(settings), demoFile), { force: true })
  })
  process.stdout.write('The demo is gone; the next `npm start` makes a new one.\n')
}
