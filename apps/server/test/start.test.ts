import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'

const main = join(import.meta.dirname, '../src/main.ts')
const patience = 60_000

/** The program as `npm start` runs it, in its own process group as at a terminal. */
class Program {
  output = ''
  readonly #child: ChildProcess
  readonly ended: Promise<number | null>

  constructor(env: Record<string, string>) {
    this.#child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        PORT: '0',
        CHARTWIRE_DATA: data,
        CHARTWIRE_DEMO_PATIENTS: '2',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    }
    this.ended = new Promise((resolve) => this.#child.once('close', resolve))
  }

  async url(): Promise<string> {
    await this.says('Stop with Ctrl-C')
    return /http:\/\/127\.0\.0\.1:\d+/.exec(this.output)?.[0] ?? ''
  }

  async says(text: string): Promise<void> {
    await until(
      () => this.output.includes(text),
      () => this.output,
    )
  }

  /** To the whole group, as the terminal does. */
  signal(signal: NodeJS.Signals): void {
    process.kill(-(this.#child.pid ?? 0), signal)
  }
}

let data = ''
beforeAll(() => {
  // Open to the user that runs PostgreSQL when the tests run as root.
  data = mkdtempSync(join(tmpdir(), 'chartwire-start-'))
})
afterAll(async () => {
  const pid = postmaster()
  if (pid !== undefined) {
    process.kill(pid, 'SIGINT')
    await until(() => postmaster() === undefined)
  }
  rmSync(data, { recursive: true, force: true })
})

/** The embedded server's process, while there is one. */
function postmaster(): number | undefined {
  const place = read(join(data, 'postgres/location'))?.trim() ?? join(data, 'postgres')
  const pid = Number(read(join(place, 'cluster/data/postmaster.pid'))?.split('\n')[0])
  return pid > 0 && isAlive(pid) ? pid : undefined
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** A zombie has ended, whoever has not yet waited for it. */
function isAlive(pid: number): boolean {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
    .stdout.toString()
    .trim()
  return state !== '' && !state.startsWith('Z')
}

async function until(isTrue: () => boolean | Promise<boolean>, said: () => string = () => ''): Promise<void> {
  const deadline = Date.now() + patience
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain.\n${said()}`)
    await pause(50)
  }
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/ready`).then(
    ({ ok }) => ok,
    () => false,
  )
}

async function simulatorsOf(url: string): Promise<number> {
  const { stdout } = spawnSync('ps', ['-eo', 'stat=,args='])
  return stdout
    .toString()
    .split('\n')
    .filter((line) => !line.startsWith('Z') && line.includes('simulator/src/main.ts') && line.includes(`--url ${url} `))
    .length
}

test(
  'starts, recovers from kill -9 of PostgreSQL and of itself, and drains on Ctrl-C',
  { timeout: 4 * patience },
  async () => {
    const first = new Program({})
    const url = await first.url()
    expect(await isReady(url)).toBe(true)
    expect(first.output).not.toContain('[migrator]')
    expect(first.output).not.toMatch(/deprecat/i)
    await until(async () => (await simulatorsOf(url)) === 1)

    const killed = postmaster() ?? 0
    process.kill(killed, 'SIGKILL')
    await until(
      () => postmaster() !== undefined && postmaster() !== killed,
      () => first.output,
    )
    await until(
      () => isReady(url),
      () => first.output,
    )

    first.signal('SIGKILL')
    await first.ended
    await until(async () => (await simulatorsOf(url)) === 0)

    const second = new Program({})
    await second.url()
    expect(second.output).toContain('taking it over')
    expect(passwords(second.output)).toEqual(passwords(first.output))

    // One press of Ctrl-C arrives more than once when something in between passes it on.
    second.signal('SIGINT')
    second.signal('SIGINT')
    expect(await second.ended).toBe(0)
    expect(second.output).toContain('Stopped.')
    expect(postmaster()).toBeUndefined()
  },
)

test('two on one data folder share PostgreSQL; the last one out stops it', { timeout: 3 * patience }, async () => {
  const [one, two] = [new Program({ CHARTWIRE_DEMO: 'off' }), new Program({ CHARTWIRE_DEMO: 'off' })]
  const [, url] = [await one.url(), await two.url()]
  one.signal('SIGTERM')
  expect(await one.ended).toBe(0)
  expect(await isReady(url)).toBe(true)
  two.signal('SIGTERM')
  expect(await two.ended).toBe(0)
  expect(postmaster()).toBeUndefined()
})

test('a port that is taken is one clear error and exit code 1', { timeout: patience }, async () => {
  const holder = createServer((socket) => socket.destroy())
  const port = await new Promise<number>((resolve) => {
    holder.listen(0, '127.0.0.1', () => {
      const address = holder.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  const program = new Program({ PORT: String(port) })
  expect(await program.ended).toBe(1)
  expect(program.output).toContain(`PORT: ${port} is in use by another program`)
  expect(program.output).not.toContain('    at ')
  await new Promise((resolve) => holder.close(resolve))
})

test.each([
  ['PORT', 'none', 'PORT: must be a whole number'],
  ['CHARTWIRE_DEMO', 'perhaps', 'CHARTWIRE_DEMO: must be on or off'],
  ['DATABASE_URL', 'postgres://user:secret@127.0.0.1:1/none', 'DATABASE_URL: cannot connect to 127.0.0.1:1'],
  ['NODE_ENV', 'production', 'CHARTWIRE_KEYS: production needs a key ring of its own'],
])('%s=%s stops the start by name', { timeout: patience }, async (variable, value, message) => {
  const program = new Program({ [variable]: value })
  expect(await program.ended).toBe(1)
  expect(program.output).toContain(message)
  expect(program.output).not.toContain('secret')
})

function passwords(output: string): string[] {
  return [...output.matchAll(/^ {4}\w+ +\S+@\S+ +(\S+)$/gm)].map(([, password = '']) => password)
}
