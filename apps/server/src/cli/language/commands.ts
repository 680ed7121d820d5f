import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command, CommanderError } from 'commander'
import { answerLines } from './lines.ts'

const JSONL = 'Reads JSON lines on standard input and writes one JSON line for each.'

/** Commands of clinical language. They read no configuration and no database, and each loads only what it needs. */
export async function run(command: string, args: readonly string[]): Promise<number> {
  const program = new Command('chartwire').exitOverride()
  program
    .command('entities')
    .description(`${JSONL} In: {id, text, section?}; out: {id, entities}.`)
    .option('--pretty <file>', 'show a coloured reading of one note ("-" for standard input)')
    .action(async ({ pretty }: { pretty?: string }) => {
      if (pretty === undefined) return answerLines((await import('./entities.ts')).answerEntities)
      const { renderReading } = await import('./pretty.ts')
      const text =
        pretty === '-'
          ? await readAll()
          : await readFile(resolve(process.env['CHARTWIRE_INVOKED_FROM'] ?? '.', pretty), 'utf8')
      const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
      process.stdout.write(renderReading(text, { colour: colour || process.env['FORCE_COLOR'] !== undefined }))
    })
  program
    .command('assertions')
    .description(
      `${JSONL} In: {id, text, target: {start, end}}; out: {id, negation, temporality, experiencer, evidence}.`,
    )
    .action(async () => answerLines((await import('./assertions.ts')).answerAssertion))
  program
    .command('sections')
    .description(`${JSONL} In: {id, text}; out: {id, section, confidence, sections}.`)
    .action(async () => answerLines((await import('./sections.ts')).answerSection))
  program
    .command('sig')
    .description(
      `${JSONL} In: {id, text}; out: {id, dose, dose_max, unit, route, frequency, prn, duration, complex, patient_text}.`,
    )
    .action(async () => answerLines((await import('./sig.ts')).answerSig))
  try {
    await program.parseAsync([command, ...args], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    if (!(error instanceof Error) || !('code' in error)) throw error
    process.stderr.write(`cannot read the file: ${String(error.code)}\n`)
    return 2
  }
}

async function readAll(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
