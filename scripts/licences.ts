/**
 * `npm run licences`: every package that is shipped at run time with its licence, and whether it may be. A gate of
 * `npm test`; works from what is installed and asks nobody. What is allowed, and each exception with its reason, is in
 * docs/licences.json.
 */
import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isAllowed } from './spdx.ts'

interface Manifest {
  name: string
  version: string
  private?: boolean
  license?: string | { type?: string }
  licenses?: { type?: string }[]
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

interface Policy {
  /** SPDX ids. */
  allowed: string[]
  /** What a package really holds, where its manifest says less. */
  corrections: Record<string, { licence: string; because: string }>
  /** Packages that ship all the same, each with a written reason. */
  exceptions: Record<string, { licence: string; because: string }>
}

const root = join(import.meta.dirname, '..')
const policy = JSON.parse(readFileSync(join(root, 'docs/licences.json'), 'utf8')) as Policy

function manifestAt(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** Where a package finds its dependency, as Node would. Undefined: for another platform, and not installed. */
function locate(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name)
    if (existsSync(join(place, 'package.json'))) return realpathSync(place)
    if (folder === dirname(folder)) return undefined
  }
}

function licenceOf({ license, licenses }: Manifest): string {
  if (typeof license === 'string') return license
  return license?.type ?? licenses?.map(({ type }) => type ?? '?').join(' OR ') ?? 'none stated'
}

interface Shipped {
  name: string
  version: string
  licence: string
}

/** What a folder's package needs at run time, and what that needs. */
function collect(folder: string, found: Map<string, Shipped>): void {
  const { dependencies = {}, optionalDependencies = {} } = manifestAt(folder)
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const place = locate(name, folder)
    if (place === undefined) {
      if (name in optionalDependencies) {
        elsewhere.add(name)
        continue
      }
      throw new Error(`${name} is not installed, which ${folder} needs.`)
    }
    if (found.has(place)) continue
    const manifest = manifestAt(place)
    const { name: real, version } = manifest
    found.set(place, { name: real, version, licence: policy.corrections[real]?.licence ?? licenceOf(manifest) })
    collect(place, found)
  }
}

const found = new Map<string, Shipped>()
/** For other platforms. */
const elsewhere = new Set<string>()
collect(root, found)
for (const manifest of globSync(['packages/*/package.json', 'apps/*/package.json'], { cwd: root })) {
  collect(join(root, dirname(manifest)), found)
}
const shipped = [...found.values()]
  .filter(({ name }) => !name.startsWith('@chartwire/'))
  .toSorted((a, b) => `${a.name}@${a.version}`.localeCompare(`${b.name}@${b.version}`))

const faults: string[] = []
for (const { name, version, licence } of shipped) {
  const exception = policy.exceptions[name]
  const isExcepted = exception?.licence === licence
  console.log(`${name}@${version}\t${licence}${isExcepted ? `\texception: ${exception?.because}` : ''}`)
  if (!isAllowed(licence, policy.allowed) && !isExcepted) faults.push(`${name}@${version}: ${licence} is not allowed.`)
}
const names = new Set([...elsewhere, ...shipped.map(({ name }) => name)])
for (const name of [...Object.keys(policy.exceptions), ...Object.keys(policy.corrections)]) {
  if (!names.has(name)) faults.push(`docs/licences.json speaks of ${name}, which is not shipped.`)
}
for (const fault of faults) console.error(fault)
console.log(`${shipped.length} packages, ${faults.length} faults`)
process.exit(faults.length === 0 ? 0 : 1)
