import { createInterface } from 'node:readline/promises'
import { CommandFailure, EXIT } from './run-commands.ts'

/** Goes on when the operator says yes. @throws CommandFailure otherwise, and where nobody can be asked */
export async function confirm(question: string, isSaid = false): Promise<void> {
  if (isSaid) return
  if (!process.stdin.isTTY) throw new CommandFailure(`${question} Say --yes to do it.`, EXIT.usage)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(`${question} [y/N] `).finally(() => terminal.close())
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFailure('Nothing was changed.')
}
