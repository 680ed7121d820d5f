import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { vi } from 'vitest'
import { chartwire as runHere } from '../src/cli/chartwire.ts'

export const chartwireProgram = join(import.meta.dirname, '../src/cli/main.ts')
/** Without DATABASE_URL a command must not touch a database at all. */
const nowhere = 'postgresql://127.0.0.1:1/none'

interface Outcome {
  code: number | null
  out: string
  err: string
}

/** Runs `chartwire` as an operator does. Starting costs a second: `chartwire` does for what a command says and does. */
export async function chartwireProcess(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', chartwireProgram, ...args], {
    env: { PATH: process.env['PATH'], DATABASE_URL: nowhere, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [out, err] = await Promise.all([text(child.stdout), buffer(child.stderr)])
  return { code: await closed, out, err: err.toString() }
}

/** Runs a command line in this process, in an environment of its own; one at a time. */
export async function chartwire(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  for (const name of Object.keys(process.env)) if (name.startsWith('CHARTWIRE_')) vi.stubEnv(name, undefined)
  for (const [name, value] of Object.entries({ DATABASE_URL: nowhere, ...env })) vi.stubEnv(name, value)
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const said = ({ mock }: typeof out) => mock.calls.map(([chunk]) => String(chunk)).join('')
  try {
    const code = await runHere(args)
    return { code, out: said(out), err: said(err) }
  } finally {
    out.mockRestore()
    err.mockRestore()
    vi.unstubAllEnvs()
  }
}
