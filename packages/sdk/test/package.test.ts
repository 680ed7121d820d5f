import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { publint } from 'publint'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHospital } from './hospital.ts'
import { runServer } from './running-server.ts'

const run = promisify(execFile)
const here = join(import.meta.dirname, '..')
const root = join(here, '../..')
const bin = join(root, 'node_modules/.bin')
const scratch = mkdtempSync(join(tmpdir(), 'chartwire-consumer-'))
const consumer = join(scratch, 'consumer')
const browser = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

/** The versions the workspace is pinned to. */
function pinned(name: string): string {
  const catalog = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
  const version = new RegExp(`^ {2}'?${name}'?: (\\S+)$`, 'm').exec(catalog)?.[1]
  if (version === undefined) throw new Error(`${name} is not in the catalog.`)
  return version
}

/** npm as a consumer has it: without what the workspace's own run left in the environment. */
function npm(...args: string[]) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_registry$)|^pnpm_/i.test(name)),
  )
  return run('npm', args, { cwd: consumer, env, maxBuffer: 1e7 })
}

let tarball: string

beforeAll(async () => {
  await run(process.execPath, [join(here, 'build.ts')])
  await run(join(bin, 'pnpm'), ['pack', '--pack-destination', scratch], { cwd: here })
  tarball = join(scratch, readdirSync(scratch).find((file) => file.endsWith('.tgz')) ?? '')
  cpSync(join(here, 'test/fixtures/consumer'), consumer, { recursive: true })
  const dependencies = Object.fromEntries(
    [
      '@tanstack/react-query',
      '@types/node',
      '@types/react',
      '@types/react-dom',
      '@vitejs/plugin-react',
      'react',
      'react-dom',
      'vite',
      'zod',
    ].map((name) => [name, pinned(name)]),
  )
  const manifest = {
    private: true,
    type: 'module',
    dependencies: {
      '@chartwire/sdk': `file:${tarball}`,
      ...dependencies,
      typescript: pinned('typescript'),
      'typescript-5.9': 'npm:typescript@5.9.3',
    },
  }
  writeFileSync(join(consumer, 'package.json'), JSON.stringify(manifest))
  await npm('install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts')
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

test('the tarball is a package that publint finds nothing wrong with', async () => {
  const bytes = readFileSync(tarball)
  const { messages } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true })
  expect(messages).toEqual([])
})

test('it names nothing of the server, in types or at run time', () => {
  const shipped = join(consumer, 'node_modules/@chartwire/sdk')
  const manifest = JSON.parse(readFileSync(join(shipped, 'package.json'), 'utf8')) as { dependencies: object }
  expect(Object.keys(manifest.dependencies)).toEqual(['@trpc/client', '@trpc/server', 'zod'])
  const files = readdirSync(join(shipped, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(ts|js)$/.test(file),
  )
  expect(files.length).toBeGreaterThan(10)
  const inside = /@chartwire\/(api|db)|mikro|DomainError|ApiContext|ProcedureMeta|verbs|permission/i
  expect(files.filter((file) => inside.test(readFileSync(join(shipped, 'dist', file), 'utf8')))).toEqual([])
})

test('the core, with all that it needs, is under 18 kB gzipped', async () => {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '@chartwire/sdk'`, resolveDir: consumer },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
  })
  const size = gzipSync(outputFiles[0]?.contents ?? '').length
  expect(size).toBeGreaterThan(5_000)
  expect(size).toBeLessThan(18_000)
})

test.each([
  ['7', 'typescript', 'tsconfig.json'],
  ['7', 'typescript', 'tsconfig.nodenext.json'],
  ['5.9', 'typescript-5.9', 'tsconfig.json'],
  ['5.9', 'typescript-5.9', 'tsconfig.nodenext.json'],
])('TypeScript %s checks a consumer with every library (%s, %s)', async (version, folder, config) => {
  const compiler = join(consumer, 'node_modules', folder, 'bin/tsc')
  const { stdout } = await run(process.execPath, [compiler, '--version'])
  expect(stdout).toContain(`Version ${version}.`)
  const checked = await run(process.execPath, [compiler, '-p', config], { cwd: consumer }).catch(
    (error: unknown) => error,
  )
  expect(checked).toMatchObject({ stdout: '' })
})

test('without a browser or a bundler, Node imports every entry', async () => {
  const script = `
    const [core, schemas, react] = await Promise.all(['', '/schemas', '/react'].map((entry) => import('@chartwire/sdk' + entry)))
    console.log(typeof core.createClient, typeof schemas.readingInput.parse, typeof react.useWard)`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: consumer })
  expect(stdout.trim()).toBe('function function function')
})

if (!existsSync(browser)) {
  process.stderr.write(`\nSKIPPED: no browser at ${browser}; set CHROMIUM_PATH to run the SDK in one.\n`)
}

test.runIf(existsSync(browser))('in a browser, with React in StrictMode, against the running server', async () => {
  await npm('exec', '--offline', '--', 'vite', 'build', '--logLevel', 'error')
  await using page = await serve(join(consumer, 'dist'))
  await using server = await runServer({ CHARTWIRE_ORIGINS: page.url })
  const hospital = await openHospital(server.url)
  const patients = [await hospital.admit(), await hospital.admit()]
  const chrome = await chromium.launch({ executablePath: browser, args: ['--no-sandbox'] })
  try {
    const tab = await chrome.newPage()
    const failures: string[] = []
    const sockets: string[] = []
    tab.on('pageerror', (error) => failures.push(error.message))
    tab.on('websocket', (socket) => sockets.push(socket.url()))
    await tab.goto(`${page.url}/?server=${server.url}`)

    await tab.fill('[name=email]', hospital.nurse.email)
    await tab.fill('[name=password]', 'wrong')
    await tab.click('text=Sign in')
    await tab.waitForSelector('text=Wrong.')
    await tab.fill('[name=email]', hospital.nurse.email)
    await tab.fill('[name=password]', hospital.nurse.password)
    await tab.click('text=Sign in')

    // One board, one bedside, one list of alarms, mounted twice each: one socket.
    await tab.waitForSelector('main[data-status=live][data-heard=true][data-same=true]')
    await expect.poll(() => tab.locator('output').count()).toBe(2)
    expect(sockets).toHaveLength(1)
    expect(sockets[0]).not.toMatch(/token|session/i)

    await expect.poll(() => tab.textContent('#listed')).toBe('1')
    await tab.click('text=More')
    await expect.poll(() => tab.textContent('#listed')).toBe('2')

    const before = Number(await tab.getAttribute('body', 'data-renders'))
    const start = Date.now() - 200_000
    const record = (second: number) =>
      hospital.gateway.api.vitals.record.mutate({
        readings: patients.map((patientId) => ({ patientId, at: start + second * 1000, heartRate: 60 + second })),
      })
    for (let second = 1; second <= 60; second += 1) await record(second)
    await expect.poll(() => tab.locator('output').allTextContents()).toEqual(['120', '120'])
    await expect.poll(() => tab.textContent('#readings')).toBe('60')
    const renders = Number(await tab.getAttribute('body', 'data-renders')) - before
    expect(renders).toBeGreaterThan(0)
    expect(renders).toBeLessThan(200)

    await hospital.asNurse().api.alarms.emergency.mutate({ patientId: patients[0] ?? '' })
    await tab.click('[data-alarm=raised] >> text=Acknowledge')
    await tab.waitForSelector('[data-alarm=acknowledged]')

    await server.kill()
    await tab.waitForSelector('main[data-status=reconnecting]')
    await server.start()
    await tab.waitForSelector('main[data-status=live]', { timeout: 60_000 })
    await record(61)
    await expect.poll(() => tab.locator('output').allTextContents()).toEqual(['121', '121'])
    await expect.poll(() => tab.textContent('#readings')).toBe('61')

    await tab.reload()
    await tab.waitForSelector('main[data-status=live]')
    await tab.click('text=Sign out')
    await tab.waitForSelector('form')
    expect(await tab.locator('output').count()).toBe(0)

    // At once, while the socket of the login before is still warm: the next one must not ride on it.
    const connections = sockets.length
    await tab.fill('[name=email]', hospital.nurse.email)
    await tab.fill('[name=password]', hospital.nurse.password)
    await tab.click('text=Sign in')
    await tab.waitForSelector('main[data-status=live]')
    expect(sockets.length).toBe(connections + 1)
    expect(failures).toEqual([])
  } finally {
    await chrome.close()
  }
})

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' }

/** The built page, as any web server would serve it. */
async function serve(folder: string): Promise<AsyncDisposable & { url: string }> {
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname
    const file = join(folder, path === '/' ? 'index.html' : path)
    if (!existsSync(file)) return response.writeHead(404).end()
    return response.writeHead(200, { 'content-type': types[extname(file)] ?? 'text/plain' }).end(readFileSync(file))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The page has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
