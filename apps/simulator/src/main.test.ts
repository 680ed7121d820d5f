import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const server = createServer((request, response) => {
  request.resume()
  response.statusCode = request.url?.startsWith('/trpc/fails') === true ? 500 : 200
  response.end('{"result":{"data":1}}')
})
let folder = ''
let url = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulate-'))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
})

async function simulate(args: string[], onOutput?: (text: string, kill: () => void) => void) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
    onOutput?.(printed, () => child.kill('SIGINT'))
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { printed, code }
}

test('load measures a real server, writes both reports and meets its service levels', async () => {
  const html = join(folder, 'load.html')
  const json = join(folder, 'load.json')
  const args = ['load', '--url', url, '--procedure', 'patients.list', '--input', '{"limit":20}', '--rate', '200']
  const { printed, code } = await simulate([
    ...args,
    '--duration',
    '1',
    '--warm-up',
    '0.2',
    '--slo',
    'errors<1%,p99<10s',
    '--html',
    html,
    '--json',
    json,
  ])
  expect(printed).toMatch(/errors<1% +met/)
  expect(code).toBe(0)
  expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ requests: 200, errors: 0, outcomes: { 200: 200 } })
  expect(await readFile(html, 'utf8')).toContain('<h1>patients.list</h1>')
})

test('a missed service level is exit code 1', async () => {
  const args = [
    'load',
    '--url',
    url,
    '--procedure',
    'fails',
    '--concurrency',
    '2',
    '--duration',
    '0.3',
    '--warm-up',
    '0',
  ]
  const { printed, code } = await simulate([...args, '--slo', 'errors<50%'])
  expect(printed).toContain('MISSED')
  expect(code).toBe(1)
})

test('Ctrl-C ends a run cleanly and still reports', async () => {
  let isInterrupted = false
  const { printed, code } = await simulate(
    ['load', '--url', url, '--path', '/x', '--concurrency', '1', '--duration', '60', '--warm-up', '0'],
    (text, kill) => {
      // Once: a second one asks for an end without a report.
      if (isInterrupted || !text.includes('answers')) return
      isInterrupted = true
      kill()
    },
  )
  expect(printed).toContain('Latency from the time due')
  expect(code).toBe(0)
})
