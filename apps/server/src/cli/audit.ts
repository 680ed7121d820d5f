import { exportChain, listHospitals, verifyAllChains } from '@chartwire/db'
import { CommandFailure, EXIT, runCommands } from './run-commands.ts'
import { table } from './table.ts'
import { withDatabase } from './with-database.ts'

const platform = '00000000-0000-0000-0000-000000000000'

interface ExportOptions {
  hospital: string
  from?: Date
  until?: Date
}

export function run(command: string, args: readonly string[]): Promise<number> {
  return runCommands(
    (program, finish) => {
      const audit = program.command('audit').description('The audit log: one tamper-evident chain a hospital.')
      audit
        .command('verify')
        .description('walk every chain; names the first bad entry of each and exits 1 when there is one')
        .action(async () => finish(await verify()))
      audit
        .command('export')
        .description('write the log of a hospital as JSON lines on standard output; the export is recorded in the log')
        .requiredOption('--hospital <id or name>', 'whose log')
        .option('--from <time>', 'from this instant on, as 2026-11-01 or 2026-11-01T08:00:00Z', instant)
        .option('--until <time>', 'before this instant', instant)
        .action(exportLog)
    },
    [command, ...args],
  )
}

function verify(): Promise<number> {
  return withDatabase(async ({ db }) => {
    const names = new Map((await listHospitals(db.sql)).map(({ id, name }) => [id, name]))
    const verdicts = await verifyAllChains(db.sql, db.keys)
    const rows = verdicts.map((verdict) => [
      verdict.chain,
      names.get(verdict.chain) ?? (verdict.chain === platform ? '(no hospital)' : '(unknown)'),
      verdict.entries,
      verdict.intact ? 'intact' : `${verdict.fault.toUpperCase()} at entry ${verdict.firstBadSeq}`,
    ])
    process.stdout.write(table(['chain', 'hospital', 'entries', 'verdict'], rows))
    return verdicts.every(({ intact }) => intact) ? EXIT.done : EXIT.fault
  })
}

function exportLog({ hospital, from, until }: ExportOptions): Promise<void> {
  return withDatabase(async ({ db, ctx }) => {
    const found = (await listHospitals(db.sql)).find(({ id, name }) => id === hospital || name === hospital)
    if (!found) throw new CommandFailure(`There is no hospital "${hospital}"; \`hospital list\` names them.`)
    for await (const page of exportChain(ctx, { hospitalId: found.id, from: from ?? null, until: until ?? null })) {
      const lines = page.map((entry) => `${JSON.stringify(entry)}\n`).join('')
      if (!process.stdout.write(lines)) await new Promise((resolve) => process.stdout.once('drain', resolve))
    }
  })
}

function instant(text: string): Date {
  const at = new Date(text)
  if (Number.isNaN(at.getTime()))
    throw new CommandFailure(`"${text}" is no time; write 2026-11-01 or 2026-11-01T08:00:00Z.`, EXIT.usage)
  return at
}
