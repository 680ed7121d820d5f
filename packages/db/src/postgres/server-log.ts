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
  boundServerLog(place)
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

/** What one server process wrote, by the process id in each line's prefix, oldest first. */
export function linesOf(place: string, pid: number): string[] {
  return readFileSync(serverLogPath(place), 'utf8')
    .split('\n')
    .filter((line) => line.includes(`[${pid}]`))
}

function boundServerLog(place: string): void {
  const log = serverLogPath(place)
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0
  if (size <= sizeLimit) return
  copyFileSync(log, `${log}.1`)
  truncateSync(log)
}
