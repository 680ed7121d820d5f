import { closeSync, copyFileSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The server writes to a plain file in append mode, so that it outlives the process that started it. Whoever holds the
 * server keeps the file small: the full file is copied to `postgres.log.1` and emptied, which append mode allows.
 */
const sizeLimit = 10 * 1024 * 1024
const checkEveryMs = 60_000

function serverLogPath(place: string): string {
  return join(place, 'postgres.log')
}

/** Hands `use` a descriptor of the log, opened for appending, and closes it afterwards. */
export function withServerLog<Result>(place: string, use: (descriptor: number) => Result): Result {
  const descriptor = openSync(serverLogPath(place), 'a', 0o600)
  try {
    return use(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Keeps the log of a running server under its limit; returns how to end that. Does not keep Node alive. */
export function keepServerLogBounded(place: string): () => void {
  const timer = setInterval(() => boundServerLog(place), checkEveryMs).unref()
  return () => clearInterval(timer)
}

export function serverLogSize(place: string): number {
  return statSync(serverLogPath(place), { throwIfNoEntry: false })?.size ?? 0
}

/** What one server process wrote after `offset`: the lines with its id, and those without any, from before it had one. */
export function linesOf(place: string, pid: number, offset: number): string[] {
  const added = readFileSync(serverLogPath(place)).subarray(offset).toString()
  return added.split('\n').filter((line) => {
    const writer = /^\S+ \S+ \S+ \[(\d+)\]/.exec(line)?.[1]
    return line !== '' && (writer === undefined || Number(writer) === pid)
  })
}

export function boundServerLog(place: string): void {
  const log = serverLogPath(place)
  if (serverLogSize(place) <= sizeLimit) return
  copyFileSync(log, `${log}.1`)
  truncateSync(log)
}
