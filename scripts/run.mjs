// The one door: every root script goes through here. Plain JavaScript on node: modules alone, so that Node 20 and npm
// are enough to start from a fresh clone. Installs when it must, then runs the target on the bundled Node 24.
//
//   node scripts/run.mjs <file.ts | program in node_modules/.bin> [arguments]

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const bin = join(modules, '.bin')
const stamp = join(modules, '.chartwire-installed')
const lock = join(root, '.install-lock')
/** Longer than any install takes: a lock of that age belongs to nobody, whatever its process number says. */
const lockLifeMs = 600_000

const env = { ...process.env, PATH: bin + delimiter + process.env.PATH, TURBO_TELEMETRY_DISABLED: '1' }
// What `npm run` leaks into the environment would be read by pnpm as its own configuration.
for (const name of Object.keys(env)) {
  if (/^npm_/i.test(name) && name.toLowerCase() !== 'npm_config_registry') delete env[name]
}
// Every process of a run, and of the next one, need not compile the same sources again.
env.NODE_COMPILE_CACHE ??= join(modules, '.cache', 'chartwire')
// Kept under a name of our own, so that programs can speak of the command the user typed.
env.CHARTWIRE_INVOKED_FROM = process.env.INIT_CWD ?? process.cwd()

const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'pnpm-lock.yaml')))
  .update(readFileSync(join(root, 'pnpm-workspace.yaml')))
  .update(process.platform + process.arch)
  .digest('hex')

if (!isInstalled()) await installOnce()
const [target, ...args] = process.argv.slice(2)
if (!target) fail('usage: node scripts/run.mjs <file.ts or program> [arguments]', 2)
run(
  /\.[cm]?[jt]s$/.test(target)
    ? [nodeProgram(), '--disable-warning=ExperimentalWarning', join(root, target), ...args]
    : [join(bin, target), ...args],
)

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
}

/** Two commands started at once on a fresh clone: the second waits for the first one's install. */
async function installOnce() {
  let hasSaid = false
  while (!takeLock()) {
    if (!hasSaid) process.stderr.write('Another command is installing the dependencies; waiting for it...\n')
    hasSaid = true
    await new Promise((wake) => setTimeout(wake, 200))
    if (isInstalled()) return
  }
  const release = () => rmSync(lock, { force: true })
  process.once('exit', release)
  if (!isInstalled()) {
    await install()
    writeFileSync(stamp, wanted)
  }
  release()
  process.off('exit', release)
}

/** False while a living process holds it; the lock of one that was killed is taken over. */
function takeLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') fail(`This folder cannot be written to (${error.code}): ${root}`)
    if (!isHeld()) rmSync(lock, { force: true })
    return false
  }
}

function isHeld() {
  try {
    if (Date.now() - statSync(lock).mtimeMs > lockLifeMs) return false
    const holder = Number(readFileSync(lock, 'utf8'))
    // Empty for the moment between its making and its writing.
    if (holder > 0) process.kill(holder, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Quiet when it succeeds: on a terminal the newest line of pnpm's is shown in place, a failure shows all of them. */
async function install() {
  const started = Date.now()
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  process.stderr.write('Installing dependencies (first run, or the lockfile changed)...\n')
  const child = spawn('npx', ['--yes', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    cwd: root,
    env: { ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  let output = ''
  const show = (chunk) => {
    output += chunk
    if (!process.stderr.isTTY) return
    const line = output
      .trimEnd()
      .split('\n')
      .at(-1)
      .slice(0, (process.stderr.columns ?? 80) - 4)
    process.stderr.write(`\r\x1b[2K  ${line}`)
  }
  child.stdout.on('data', show)
  child.stderr.on('data', show)
  let interrupted
  const interrupt = (signal) => {
    interrupted = signal
    child.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt)
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      output += `${error.message}\n`
      resolve(1)
    })
    child.on('close', (status) => resolve(status ?? 1))
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, interrupt)
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K')
  if (interrupted) process.exit(128 + constants.signals[interrupted])
  if (code !== 0) fail(`${output}\nThe installation failed; see the lines above.`)
  process.stderr.write(`Installed in ${((Date.now() - started) / 1000).toFixed(0)} s.\n`)
}

/** The Node 24 that the lockfile brings on Linux; elsewhere the host's own, when it is new enough. */
function nodeProgram() {
  const bundled = join(bin, 'node')
  if (existsSync(bundled)) return bundled
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major >= 24) return process.execPath
  return fail(`Chartwire needs Node 24 on ${process.platform}-${process.arch}; this is ${process.version}.`)
}

function run([command, ...args]) {
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' })
  // A terminal sends Ctrl-C to the whole group, so the child may have it already: ours take it once a second at most.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(error.code === 'ENOENT' ? `There is no ${command}.` : error.message))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

function fail(message, code = 1) {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}
