// The one door: every root script goes through here. Plain JavaScript on node: modules alone, so that Node 20 and npm
// are enough to start from a fresh clone. Installs when it must, then runs the target on the bundled Node 24.
//
//   node scripts/run.mjs <file.ts | program in node_modules/.bin> [arguments]

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const bin = join(modules, '.bin')
const stamp = join(modules, '.chartwire-installed')
const lock = join(root, '.install-lock')

const env = { ...process.env, PATH: bin + delimiter + process.env.PATH, TURBO_TELEMETRY_DISABLED: '1' }
// What `npm run` leaks into the environment would be read by pnpm as its own configuration.
for (const name of Object.keys(env)) {
  if (/^npm_/i.test(name) && name.toLowerCase() !== 'npm_config_registry') delete env[name]
}
// Kept under a name of our own, so that programs can speak of the command the user typed.
env.CHARTWIRE_INVOKED_FROM = process.env.INIT_CWD ?? process.cwd()

const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'pnpm-lock.yaml')))
  .update(readFileSync(join(root, 'pnpm-workspace.yaml')))
  .update(process.platform + process.arch)
  .digest('hex')

if (!isInstalled()) await install()
const node = bundledNode()
const [target, ...args] = process.argv.slice(2)
if (!target) fail('usage: node scripts/run.mjs <file.ts or program> [arguments]')
run(/\.[cm]?[jt]s$/.test(target) ? [node, ...nodeFlags(), join(root, target), ...args] : [join(bin, target), ...args])

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
}

/** Two commands started at once on a fresh clone: the second waits for the first one's install. */
async function install() {
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch {
      if (isInstalled()) return
      if (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0) > 600_000)
        rmSync(lock, { recursive: true, force: true })
      await new Promise((wake) => setTimeout(wake, 200))
    }
  }
  const release = () => rmSync(lock, { recursive: true, force: true })
  process.once('exit', release)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => process.exit(128 + constants.signals[signal]))
  if (!isInstalled()) {
    const pnpm = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager
    process.stderr.write('Installing dependencies (first run, or the lockfile changed)...\n')
    const result = spawnSync('npx', ['--yes', pnpm, 'install', '--frozen-lockfile', '--reporter=append-only'], {
      cwd: root,
      env,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    })
    if (result.status !== 0) fail('The installation failed; see the lines above.', result.status ?? 1)
    writeFileSync(stamp, wanted)
  }
  release()
}

/** The Node 24 that the lockfile brings on Linux; elsewhere the host's own, when it is new enough. */
function bundledNode() {
  const bundled = join(bin, 'node')
  if (existsSync(bundled)) return bundled
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major >= 24) return process.execPath
  return fail(`Chartwire needs Node 24 on ${process.platform}-${process.arch}; this is ${process.version}.`)
}

function nodeFlags() {
  return ['--disable-warning=ExperimentalWarning']
}

function run([command, ...args]) {
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' })
  // A terminal sends Ctrl-C to the whole group: the child already has it, this process only has to wait for it.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(error.message))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

function fail(message, code = 1) {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}
