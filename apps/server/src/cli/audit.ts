import {
  type Anchor,
  anchorFaults,
  anchorFingerprint,
  exportChain,
  extendAnchorFile,
  listHospitals,
  readAnchors,
  readAnchorsOfBoth,
  sealAnchor,
  soundAnchors,
  verifyAllChains,
} from '@chartwire/db'
import { anchorFile } from '../reach-database.ts'
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
        .description(
          'walk every chain, and hold it against the anchors; names the first bad entry of each, and exits 1 then',
        )
        .action(async () => finish(await verify()))
      audit
        .command('anchor')
        .description('seal the heads of all chains now, append them to the anchor file, and print them for paper')
        .action(async () => finish(await anchor()))
      audit
        .command('anchors')
        .description('list the anchors with their fingerprints, to compare with those on paper')
        .action(listAnchors)
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
  return withDatabase(async ({ db, settings }) => {
    const names = new Map((await listHospitals(db.sql)).map(({ id, name }) => [id, name]))
    const { inside, outside } = await readAnchorsOfBoth(db.sql, anchorFile(settings))
    const faults = anchorFaults(db.keys, { inside, outside })
    const verdicts = await verifyAllChains(db.sql, db.keys, soundAnchors(db.keys, [...inside, ...outside]))
    const rows = verdicts.map((verdict) => [
      verdict.chain,
      names.get(verdict.chain) ?? (verdict.chain === platform ? '(no hospital)' : '(unknown)'),
      verdict.entries,
      verdict.intact ? 'intact' : `${verdict.fault.toUpperCase()} at entry ${verdict.firstBadSeq}`,
    ])
    process.stdout.write(table(['chain', 'hospital', 'entries', 'verdict'], rows))
    process.stdout.write(`\nanchors: ${inside.length} in the database, ${outside.length} in ${anchorFile(settings)}\n`)
    for (const { number, fault } of faults) process.stdout.write(`${fault.toUpperCase()} at anchor ${number}\n`)
    return faults.length === 0 && verdicts.every(({ intact }) => intact) ? EXIT.done : EXIT.fault
  })
}

function anchor(): Promise<number> {
  return withDatabase(async ({ db, ctx, settings }) => {
    const sealed = await sealAnchor(db, { now: ctx.now(), isForced: true })
    if (!sealed) throw new CommandFailure('No anchor was sealed.')
    const { heads } = sealed
    process.stdout.write(`${anchorLine(sealed)}\n\n`)
    process.stdout.write(
      table(
        ['chain', 'entry', 'mac'],
        heads.map(({ chain, seq, mac }) => [chain, seq, mac]),
      ),
    )
    await extendAnchorFile(db, anchorFile(settings)).catch((error: unknown) => {
      throw new CommandFailure(error instanceof Error ? error.message : 'The anchor file cannot be written.')
    })
    return EXIT.done
  })
}

function listAnchors(): Promise<void> {
  return withDatabase(async ({ db }) => {
    for (const sealed of await readAnchors(db.sql)) process.stdout.write(`${anchorLine(sealed)}\n`)
  })
}

function anchorLine(sealed: Anchor): string {
  return `anchor ${sealed.number}  ${sealed.at}  ${sealed.heads.length} chains  ${anchorFingerprint(sealed)}`
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
