import { Command, CommanderError } from 'commander'
import { BedsideError } from './bedside.ts'
import type { Environment } from './commands/environment.ts'
import { addLoadCommand } from './commands/load.ts'
import { addReplayCommand } from './commands/replay.ts'
import { addStreamCommand } from './commands/stream.ts'
import { addWatchCommand } from './commands/watch.ts'
import { EXIT, EXIT_HELP, UsageError } from './exit-code.ts'

/** Runs one command line to its end; the exit code goes to `environment.exit`. */
export async function runProgram(args: readonly string[], environment: Environment): Promise<void> {
  const program = new Command('simulate')
    .description('Synthetic and replayed patients, watchers and load for a Chartwire server')
    .exitOverride()
    .configureHelp({ helpWidth: 110 })
    .configureOutput({
      writeOut: (text) => environment.display.line(text.trimEnd()),
      writeErr: (text) => environment.display.line(text.trimEnd()),
    })
    .addHelpText('after', EXIT_HELP)
  for (const add of [addStreamCommand, addReplayCommand, addWatchCommand, addLoadCommand]) add(program, environment)
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    environment.exit(codeFor(error, environment))
  }
}

function codeFor(error: unknown, { display }: Environment): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (error instanceof UsageError) {
    display.line(error.message)
    return EXIT.usage
  }
  if (error instanceof BedsideError) {
    display.line(`${error.message} (${error.code})`)
    return EXIT.server
  }
  // A file of results, a report or a journal that cannot be written.
  if (error instanceof Error && 'path' in error && 'code' in error) {
    display.line(`${String(error.path)} cannot be written (${String(error.code)})`)
    return EXIT.usage
  }
  throw error
}
