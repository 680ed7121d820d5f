import { endSessions } from '@chartwire/db'
import { CommandFailure, runCommands } from './run-commands.ts'
import { withDatabase } from './with-database.ts'

export function run(command: string, args: readonly string[]): Promise<number> {
  return runCommands(
    (program) => {
      const sessions = program.command('sessions').description('Signed-in users and gateways.')
      sessions
        .command('end')
        .description('sign a user out everywhere, live streams included; takes effect within 2 s')
        .requiredOption('--user <id or e-mail>', 'whose sessions')
        .action(({ user }: { user: string }) =>
          withDatabase(async ({ ctx }) => {
            const ended = await endSessions(ctx, { user })
            if (ended === null) throw new CommandFailure('There is no such user.')
            process.stdout.write(`${ended.sessions} sessions ended.\n`)
          }),
        )
    },
    [command, ...args],
  )
}
