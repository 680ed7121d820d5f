import { randomInt } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { isSystemError } from './errors.ts'

/** Below the ports that Linux (32768) and macOS (49152) hand out to outgoing connections. */
const lowest = 20_000
const highest = 32_000

/** The port of the last start if it is free, else a random free one. */
export async function choosePort(place: string): Promise<number> {
  const remembered = rememberedPort(place)
  if (remembered !== undefined && (await isFree(remembered))) return remembered
  for (;;) {
    const port = randomInt(lowest, highest)
    if (await isFree(port)) return port
  }
}

/** Keeps the port for the next start, so that the address of a database is stable. */
export function rememberPort(place: string, port: number): void {
  const file = join(place, 'port')
  writeFileSync(`${file}.${process.pid}`, `${port}\n`)
  renameSync(`${file}.${process.pid}`, file)
}

function rememberedPort(place: string): number | undefined {
  try {
    const port = Number(readFileSync(join(place, 'port'), 'utf8'))
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
