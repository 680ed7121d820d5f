/**
 * `npm run audit`: asks the registry for known advisories on everything installed. A registry that does not answer proves
 * nothing and is no failure (exit 0, and it says so); an advisory without a written reason in docs/advisories.json is (exit 1).
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { judge, type Reason } from './advisories.ts'

const root = join(import.meta.dirname, '..')
const reasons = JSON.parse(readFileSync(join(root, 'docs/advisories.json'), 'utf8')) as Record<string, Reason>

const { stdout, stderr } = spawnSync('pnpm', ['audit', '--json'], { cwd: root, encoding: 'utf8', timeout: 120_000 })
const { answered, lines, faults } = judge(stdout ?? '', reasons)
for (const line of lines) console.log(line)
for (const fault of faults) console.error(fault)
if (!answered) {
  console.error('NOT CHECKED: the registry did not answer for advisories.')
  console.error((stderr || stdout || '').trim().split('\n').slice(0, 4).join('\n'))
} else console.log(`${lines.length} advisories with a reason, ${faults.length} without one`)
process.exit(faults.length === 0 ? 0 : 1)
