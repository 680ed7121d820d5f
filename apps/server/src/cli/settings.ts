import { describeSettings } from '../configuration/settings.ts'
import { environmentExample, settingsMarkdown } from '../configuration/settings-documents.ts'
import { runCommands } from './run-commands.ts'

export function run(command: string, args: readonly string[]): Promise<number> {
  return runCommands(
    (program) => {
      program
        .command('settings')
        .description('Every setting: environment variables, over a file .env in the project root.')
        .option('--env', 'print them as .env.example')
        .option('--markdown', 'print them as the table of the README')
        .action(({ env, markdown }: { env?: boolean; markdown?: boolean }) => {
          process.stdout.write(env ? environmentExample() : markdown ? settingsMarkdown() : settingsTable())
        })
    },
    [command, ...args],
  )
}

function settingsTable(): string {
  return describeSettings()
    .map(({ name, standard, wants, meaning }) => {
      const title = standard === '' ? name : `${name} (default: ${standard})`
      return `${title}\n    ${meaning}\n    Must be ${wants}.\n`
    })
    .join('\n')
}
