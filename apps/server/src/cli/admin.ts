import { DomainError, grantPlatformAdmin, listPlatformAdmins, revokePlatformAdmin } from '@chartwire/db'
import { resetLinkText } from './reset-link-text.ts'
import { CommandFailure, runCommands } from './run-commands.ts'
import { table } from './table.ts'
import { withDatabase } from './with-database.ts'

export function run(command: string, args: readonly string[]): Promise<number> {
  return runCommands(
    (program) => {
      const admin = program
        .command('admin')
        .description(
          'Platform administrators: they see hospitals and logins, and no patient. Made here and nowhere else.',
        )
      admin
        .command('grant')
        .description('make a login a platform administrator; with --name, a new login if there is none')
        .requiredOption('--user <id or e-mail>', 'who')
        .option(
          '--name <name>',
          'makes the login when the e-mail address has none, and prints a link to set its password',
        )
        .action(({ user, name }: { user: string; name?: string }) =>
          withDatabase(async ({ ctx, settings }) => {
            const { userId, link } = await said(grantPlatformAdmin(ctx, { user, name: name ?? null }))
            process.stdout.write(`${userId} is a platform administrator.\n`)
            if (link) process.stdout.write(resetLinkText(settings, link))
          }),
        )
      admin
        .command('revoke')
        .description('take it back, within 2 s; the last one stays')
        .requiredOption('--user <id or e-mail>', 'from whom')
        .action(({ user }: { user: string }) =>
          withDatabase(async ({ ctx }) => {
            const { userId } = await said(revokePlatformAdmin(ctx, { user }))
            process.stdout.write(`${userId} is no platform administrator any more.\n`)
          }),
        )
      admin
        .command('list')
        .description('who they are, and since when')
        .action(() =>
          withDatabase(async ({ db }) => {
            const rows = await listPlatformAdmins(db.sql)
            process.stdout.write(
              table(
                ['id', 'name', 'since'],
                rows.map(({ userId, name, since }) => [userId, name, since]),
              ),
            )
          }),
        )
    },
    [command, ...args],
  )
}

/** What the platform refuses, in its own words. */
function said<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof DomainError ? new CommandFailure(error.message) : error
  })
}
