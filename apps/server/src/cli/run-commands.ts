import { Command, CommanderError } from 'commander'

/** What a command's exit code says; `chartwire --help` prints the same. */
export const EXIT = { done: 0, fault: 1, usage: 2, unusable: 3 } as const

/** The command cannot do what was asked; the message is for the operator. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly exitCode: number

  constructor(message: string, exitCode: number = EXIT.fault) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Runs one command line of a group to its end and answers its exit code; an action may return one of its own. */
export async function runCommands(
  addTo: (program: Command, finish: (code: number) => void) => void,
  [command, ...args]: readonly string[],
): Promise<number> {
  let code: number = EXIT.done
  const program = new Command('chartwire').exitOverride().configureHelp({ helpWidth: 100 })
  addTo(program, (own) => {
    code = own
  })
  try {
    await program.parseAsync([command ?? '', ...args], { from: 'user' })
    return code
  } catch (error) {
    // Commander has said what is wrong. A group named without a command of it shows its help, which is misuse too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    if (error instanceof CommandFailure) return fail(error.message, error.exitCode)
    // By name: their modules are loaded only by commands that need them.
    if (error instanceof Error && ['SettingsError', 'PostgresError', 'DatabaseRightsError'].includes(error.name)) {
      return fail(error.message, EXIT.unusable)
    }
    throw error
  }
}

function fail(message: string, code: number): number {
  process.stderr.write(`${message}\n`)
  return code
}
