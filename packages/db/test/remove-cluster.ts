import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Where the cluster of a data folder is: there, or in the place it names. */
export function placeOf(dataDir: string): string {
  const location = join(dataDir, 'location')
  return existsSync(location) ? readFileSync(location, 'utf8').trim() : dataDir
}

/** Kills the server of a data folder, if it has one, and removes the folder with everything that belongs to it. */
export async function removeCluster(dataDir: string): Promise<void> {
  const place = placeOf(dataDir)
  const file = join(place, 'cluster', 'data', 'postmaster.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0
  if (pid > 0 && isAlive(pid)) {
    process.kill(pid, 'SIGQUIT')
    await until(() => !isAlive(pid))
  }
  for (const folder of [place, dataDir]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // One that ended and was not waited for does not count.
    return process.platform !== 'linux' || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

/** Waits for a condition; the test's own time limit ends a wait that is in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(10)
}
