import { MikroORM } from '@mikro-orm/postgresql'
import { ormOptions } from '../../mikro-orm.config.ts'
import { clientOptions } from './sql.ts'

/** The unit of work on its own pool, reading values in the same forms as plain SQL does. */
export async function openOrm(url: string, poolSize: number, answerWithinMs: number): Promise<MikroORM> {
  return MikroORM.init({
    ...ormOptions(url),
    pool: { min: 0, max: poolSize },
    driverOptions: { ...clientOptions(answerWithinMs), application_name: 'chartwire-orm' },
    // Values of a failing statement are patient data; errors go to the log by their code alone.
    debug: false,
    logger: () => {},
  })
}
