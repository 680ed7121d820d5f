import { issueOperatorResetLink, resetUserFactors } from '@chartwire/db'
import { confirm } from './confirm.ts'
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
      users
        .command('reset-mfa')
        .description('take the second factors of a user who lost them, and sign the user out everywhere')
        .requiredOption('--user <id or e-mail>', 'whose')
        .option('--yes', 'do not ask')
        .addHelpText(
          'after',
          '\nThe password alone signs in from then on, until a new factor is set up: make sure of who asks for it.\nThe user finds a notice of it, the audit log an entry.',
        )
        .action(({ user, yes }: { user: string; yes?: boolean }) =>
          withDatabase(async ({ ctx }) => {
            await confirm('Take the second factors of this user?', yes)
            const reset = await resetUserFactors(ctx, { user })
            if (reset === null) throw new CommandFailure('There is no such user.')
            process.stdout.write(`${reset.factors} factors taken; the user is signed out.\n`)
          }),
        )
    },
    [command, ...args],
  )
}
