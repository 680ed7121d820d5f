import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Projects whose files start servers, browsers or compilers take minutes; `db` and `api` have many files of seconds. */
const order = [
  'sdk',
  'console',
  'system',
  'server',
  'ml',
  'bench',
  'reports',
  'simulator',
  'mocked',
  'scripts',
  'api',
  'db',
]

/**
 * Long files begin early, also in a fresh clone, where no run before has said how long they take: a long one that begins
 * last would leave a core idle. Files of one project stay together, for they share their workers.
 */
export class ProcessesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => order.indexOf(a.project.name) - order.indexOf(b.project.name))
  }
}
