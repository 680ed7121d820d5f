import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Browser, BrowserPlatform, computeExecutablePath, detectBrowserPlatform } from '@puppeteer/browsers'
import { findBrowser } from './find-browser.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartwire-browser-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function program(path: string): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, 0o755)
  return path
}

test('the headless shell comes before a whole browser, wherever on the path they are', async () => {
  program(join(folder, 'first/chromium'))
  const shell = program(join(folder, 'second/chrome-headless-shell'))
  const searchPath = `${join(folder, 'first')}:${join(folder, 'second')}`
  expect(await findBrowser({ searchPath, cacheDir: join(folder, 'none') })).toBe(shell)
})

test('what is no program is passed by, and what puppeteer fetched is found, the newest of it', async () => {
  mkdirSync(join(folder, 'bin/chromium'), { recursive: true })
  writeFileSync(join(folder, 'bin/google-chrome'), 'not executable')
  const cacheDir = join(folder, 'cache')
  const searchPath = join(folder, 'bin')
  expect(await findBrowser({ searchPath, cacheDir })).toBeNull()
  const platform = detectBrowserPlatform() ?? BrowserPlatform.LINUX
  const fetched = ['99.0.1.0', '153.0.2.0'].map((buildId) =>
    program(computeExecutablePath({ browser: Browser.CHROMEHEADLESSSHELL, buildId, cacheDir, platform })),
  )
  expect(await findBrowser({ searchPath, cacheDir })).toBe(fetched[1])
})
