import { issueOperatorResetLink } from '@chartwire/db'
import { resetLinkText } from './reset-link-text.ts'
import { CommandFailure, runCommands } from './run-commands.ts'
import { withDatabase } from './with-database.ts'

export function run(command: string, args: readonly string[]): Promise<number> {
  return runCommands(
    (program) => {
      const users = program.command('users').description('Logins of people.')
      users
        .command('reset-link')
        .description('print a link that sets a new password, for you to pass on')
        .requiredOption('--user <id or e-mail>', 'whose')
        .action(({ user }: { user: string }) =>
          withDatabase(async ({ ctx, settings }) => {
            const link = await issueOperatorResetLink(ctx, { user })
            if (!link) throw new CommandFailure('There is no such login, or it is disabled.')
            process.stdout.write(resetLinkText(settings, link))
          }),
        )
    },
    [command, ...args],
  )
}
