import { listHospitals } from '@chartwire/db'
import { runCommands } from './run-commands.ts'
import { table } from './table.ts'
import { withDatabase } from './with-database.ts'

export function run(command: string, args: readonly string[]): Promise<number> {
  return runCommands(
    (program) => {
      const hospital = program.command('hospital').description('The hospitals of this database.')
      hospital
        .command('list')
        .description('their ids, and how many wards, staff and patients each has')
        .action(() =>
          withDatabase(async ({ db }) => {
            const rows = await listHospitals(db.sql)
            process.stdout.write(
              table(
                ['id', 'name', 'wards', 'staff', 'patients', 'admitted'],
                rows.map(({ id, name, wards, staff, patients, admitted }) => [
                  id,
                  name,
                  wards,
                  staff,
                  patients,
                  admitted,
                ]),
              ),
            )
          }),
        )
    },
    [command, ...args],
  )
}
