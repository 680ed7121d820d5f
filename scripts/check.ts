/**
 * `npm test`: everything that checks the project, then one line `N passed, N failed`.
 *
 *   npm test                 every gate and every test
 *   npm test -- --only lint  one gate (see the list below)
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

interface Tally {
  passed: number
  failed: number
  skipped: number
}

interface Gate {
  name: string
  /** One after the other, until one fails. */
  commands: string[][]
  /** Counts what ran inside; a gate without it counts as one. */
  tally?: () => Tally
}

const scratch = mkdtempSync(join(tmpdir(), 'chartwire-check-'))
const report = join(scratch, 'vitest.json')

const gates: Gate[] = [
  { name: 'format', commands: [['oxfmt', '--check', '.']] },
  { name: 'lint', commands: [['oxlint', '--type-aware', '--deny-warnings']] },
  // One program for all but the browser's: package by package the same sources were checked again in each that imports them.
  { name: 'types', commands: [['tsc'], ['tsc', '-p', 'apps/console']] },
  { name: 'boundaries', commands: [['turbo', 'boundaries']] },
  { name: 'dead-code', commands: [['knip']] },
  { name: 'licences', commands: [[process.execPath, join(import.meta.dirname, 'licences.ts')]] },
  { name: 'migrations', commands: [['mikro-orm', 'migration:check', '--config', 'packages/db/mikro-orm.config.ts']] },
  {
    name: 'tests',
    // Said here because a project does not take it from the root's configuration, and would have one worker of two cores.
    commands: [
      ['vitest', 'run', '--maxWorkers=2', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ],
    tally: () => vitestTally(report),
  },
]

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
const chosen = gates.filter((gate) => values.only === undefined || values.only.includes(gate.name))
if (chosen.length === 0) {
  console.error(`No such gate; there are: ${gates.map((gate) => gate.name).join(', ')}`)
  process.exit(2)
}

const total: Tally = { passed: 0, failed: 0, skipped: 0 }
for (const gate of chosen) {
  const started = performance.now()
  console.log(`\n== ${gate.name}`)
  let succeeded = true
  for (const command of gate.commands) succeeded &&= await run(command)
  const tally = gate.tally?.() ?? { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 }
  // A runner that dies without a failing test (a leak, an unhandled rejection) is a failure all the same.
  if (!succeeded && tally.failed === 0) tally.failed = 1
  total.passed += tally.passed
  total.failed += tally.failed
  total.skipped += tally.skipped
  console.log(
    `== ${gate.name}: ${succeeded ? 'ok' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  )
}
rmSync(scratch, { recursive: true, force: true })
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`)
process.exit(total.failed === 0 ? 0 : 1)

function run([program = '', ...args]: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, NO_COLOR: '1' } })
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
  })
}

function vitestTally(file: string): Tally {
  try {
    const summary = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number
      numFailedTests: number
      numPendingTests: number
    }
    return { passed: summary.numPassedTests, failed: summary.numFailedTests, skipped: summary.numPendingTests }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
