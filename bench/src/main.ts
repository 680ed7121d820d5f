/**
 * `npm run bench [-- --only NAME --seconds N]`: one JSON line a figure, each with its ceiling from the same run.
 * The machine is shared and noisy: trust ratios, not absolutes.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Bench } from './harness/bench.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    seconds: { type: 'string', default: '8' },
    help: { type: 'boolean', short: 'h' },
  },
})
const seconds = Number(values.seconds)
const benches: Bench[] = []
for (const file of readdirSync(import.meta.dirname).sort()) {
  if (!file.endsWith('.bench.ts')) continue
  const module = (await import(join(import.meta.dirname, file))) as { benches: Bench[] }
  benches.push(...module.benches)
}
if (values.help || !(seconds > 0)) {
  console.log(`npm run bench [-- --only NAME ... --seconds N]\n\n${benches.map(({ name }) => `  ${name}`).join('\n')}`)
  process.exit(values.help ? 0 : 2)
}
const unknown = (values.only ?? []).filter((name) => !benches.some((bench) => bench.name === name))
if (unknown.length > 0) {
  console.error(`No such figure: ${unknown.join(', ')}. There are: ${benches.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}
for (const bench of benches) {
  if (values.only && !values.only.includes(bench.name)) continue
  for (const figure of await bench.run({ seconds })) console.log(JSON.stringify(figure))
}
process.exit(0)
