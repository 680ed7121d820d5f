import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findConnection } from './connection.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'connection-'))
  await mkdir(join(root, '.data'))
})
afterEach(() => rm(root, { recursive: true }))

const writeDemo = (content: string) => writeFile(join(root, '.data/demo.json'), content)

test('option before environment before the demo server before the default', async () => {
  expect(await findConnection({}, { env: {}, root })).toEqual({ url: 'http://127.0.0.1:4000', token: undefined })
  await writeDemo('{"url":"http://127.0.0.1:4100","gatewayToken":"demo"}')
  expect(await findConnection({}, { env: {}, root })).toEqual({ url: 'http://127.0.0.1:4100', token: 'demo' })
  const env = { CHARTWIRE_URL: 'http://ward:1', CHARTWIRE_TOKEN: 'env' }
  expect(await findConnection({}, { env, root })).toEqual({ url: 'http://ward:1', token: 'env' })
  expect(await findConnection({ url: 'https://x/y', token: 'o' }, { env, root })).toEqual({
    url: 'https://x',
    token: 'o',
  })
})

test('an address that is none, and a damaged file, are named', async () => {
  for (const url of ['nonsense', 'ftp://x', '']) {
    await expect(findConnection({ url }, { env: {}, root })).rejects.toThrow('--url must be')
  }
  await writeDemo('{')
  await expect(findConnection({}, { env: {}, root })).rejects.toThrow('demo.json is no JSON')
})
