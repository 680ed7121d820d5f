import { DomainError, erasePatientOf, listHospitals, streamRecord } from '@chartwire/db'
import { confirm } from './confirm.ts'
import { CommandFailure, EXIT, runCommands } from './run-commands.ts'
import { table } from './table.ts'
import { withDatabase, type Workplace } from './with-database.ts'

const idForm = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

export function run(command: string, args: readonly string[]): Promise<number> {
  return runCommands(
    (program) => {
      const patient = program.command('patient').description('The record of one patient.')
      patient
        .command('export')
        .description('write the whole record, deciphered, as one JSON document on standard output; recorded in the log')
        .requiredOption('--patient <id>', 'whose record', patientId)
        .option('--hospital <id or name>', 'only what this hospital holds')
        .action(exportOne)
      patient
        .command('erase')
        .description('erase the file with a hospital; says what went, and what the law keeps until when')
        .requiredOption('--patient <id>', 'whose file', patientId)
        .requiredOption('--hospital <id or name>', 'the hospital')
        .requiredOption('--reason <text>', 'why; kept, encrypted, with the tombstone')
        .option('--yes', 'do not ask')
        .action(eraseOne)
    },
    [command, ...args],
  )
}

function exportOne({ patient, hospital }: { patient: string; hospital?: string }): Promise<void> {
  return withDatabase(async ({ db, ctx }) => {
    const hospitalId = hospital === undefined ? null : await hospitalOf(db, hospital)
    const { manifest, pages } = await known(streamRecord(ctx, { patientId: patient, hospitalId }))
    await write(`{"manifest":${JSON.stringify(manifest)},"tables":{`)
    let current: string | undefined
    for await (const { table: name, rows } of pages) {
      if (name !== current) await write(`${current === undefined ? '' : '],'}${JSON.stringify(name)}:[`)
      await write(`${name === current ? ',' : ''}${rows.map((row) => JSON.stringify(row)).join(',')}`)
      current = name
    }
    await write(`${current === undefined ? '' : ']'}}}\n`)
  })
}

interface EraseOptions {
  patient: string
  hospital: string
  reason: string
  yes?: boolean
}

function eraseOne({ patient, hospital, reason, yes }: EraseOptions): Promise<void> {
  return withDatabase(async ({ db, ctx }) => {
    const hospitalId = await hospitalOf(db, hospital)
    await confirm('This erases the file for good.', yes)
    const report = await known(erasePatientOf(ctx, { hospitalId, patientId: patient, reason }))
    const rows = [
      ...report.erased.map(({ what, rows: count, how }) => [how, what, count, '']),
      ...report.kept.map(({ what, rows: count, why, until }) => [
        'kept',
        what,
        count,
        until === null ? why : `${why}, until ${until.slice(0, 10)}`,
      ]),
    ]
    process.stdout.write(table(['', 'what', 'rows', 'why'], rows))
  })
}

async function hospitalOf(db: Workplace['db'], wanted: string): Promise<string> {
  const found = (await listHospitals(db.sql)).find(({ id, name }) => id === wanted || name === wanted)
  if (!found) throw new CommandFailure(`There is no hospital "${wanted}"; \`hospital list\` names them.`)
  return found.id
}

/** What a verb refuses, as the operator reads it. */
async function known<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof DomainError ? new CommandFailure(error.message) : error
  })
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve))
}

function patientId(text: string): string {
  if (!idForm.test(text)) throw new CommandFailure(`"${text}" is no patient id.`, EXIT.usage)
  return text.toLowerCase()
}
