import { spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { projectRoot } from '../src/configuration/environment.ts'

/** Stands in for npx: "installs" by linking this Node, counts its calls, and can be told to fail. */
const npx = `#!/bin/sh
echo install >> calls
[ -e fail ] && { echo 'the registry cannot be reached'; exit 7; }
sleep 0.3
mkdir -p node_modules/.bin
ln -sf ${process.execPath} node_modules/.bin/node
`

/** A checkout of nothing but what scripts/run.mjs reads. */
function checkout() {
  const root = mkdtempSync(join(tmpdir(), 'chartwire-run-'))
  mkdirSync(join(root, 'scripts'))
  mkdirSync(join(root, 'path'))
  cpSync(join(projectRoot, 'scripts/run.mjs'), join(root, 'scripts/run.mjs'))
  writeFileSync(join(root, 'package.json'), '{ "type": "module", "packageManager": "pnpm@0.0.0" }')
  writeFileSync(join(root, 'pnpm-lock.yaml'), '')
  writeFileSync(join(root, 'pnpm-workspace.yaml'), '')
  writeFileSync(join(root, 'path/npx'), npx)
  chmodSync(join(root, 'path/npx'), 0o755)
  writeFileSync(join(root, 'say.ts'), 'const words: string[] = process.argv.slice(2)\nconsole.log(words.join(" "))\n')
  writeFileSync(
    join(root, 'wait.ts'),
    `process.on('SIGINT', () => process.exit(0))\nconsole.log('waiting')\nsetInterval(() => {}, 1000)\n`,
  )
  return {
    root,
    run: (...args: string[]) => start(root, args),
    installs: () =>
      existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').split('\n').length - 1 : 0,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  }
}

function start(root: string, args: readonly string[]) {
  const child = spawn(process.execPath, [join(root, 'scripts/run.mjs'), ...args], {
    cwd: root,
    env: { ...process.env, PATH: join(root, 'path') + delimiter + (process.env['PATH'] ?? '') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const outcome = Promise.all([ended, text(child.stdout), text(child.stderr)])
  return { child, outcome: outcome.then(([code, out, err]) => ({ code, out, err })) }
}

test('installs once, then runs the target with its arguments and exit code', async () => {
  using clone = checkout()
  expect(await clone.run('say.ts', 'one', 'two').outcome).toMatchObject({ code: 0, out: 'one two\n' })
  expect(await clone.run('say.ts', 'again').outcome).toEqual({ code: 0, out: 'again\n', err: '' })
  expect(clone.installs()).toBe(1)
  writeFileSync(join(clone.root, 'pnpm-lock.yaml'), 'changed')
  await clone.run('say.ts').outcome
  expect(clone.installs()).toBe(2)
})

test('two at once: one installs, the other waits for it', async () => {
  using clone = checkout()
  const outcomes = await Promise.all([clone.run('say.ts', 'a').outcome, clone.run('say.ts', 'b').outcome])
  expect(outcomes).toMatchObject([
    { code: 0, out: 'a\n' },
    { code: 0, out: 'b\n' },
  ])
  expect(clone.installs()).toBe(1)
})

test('the lock of an install that was killed is taken over', async () => {
  using clone = checkout()
  const { child } = clone.run('say.ts')
  const pid = child.pid ?? 0
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('close', resolve))
  writeFileSync(join(clone.root, '.install-lock'), String(pid))
  expect(await clone.run('say.ts', 'done').outcome).toMatchObject({ code: 0, out: 'done\n' })
})

test('an install that fails shows why, and leaves the next one free to try', async () => {
  using clone = checkout()
  writeFileSync(join(clone.root, 'fail'), '')
  expect(await clone.run('say.ts').outcome).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('the registry cannot be reached'),
  })
  rmSync(join(clone.root, 'fail'))
  expect(await clone.run('say.ts', 'now').outcome).toMatchObject({ code: 0, out: 'now\n' })
})

test('SIGINT to the script alone reaches what it runs, whose exit code it answers', async () => {
  using clone = checkout()
  await clone.run('say.ts').outcome
  const { child, outcome } = clone.run('wait.ts')
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.kill('SIGINT')
  expect(await outcome).toMatchObject({ code: 0, out: 'waiting\n' })
})
