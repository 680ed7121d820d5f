import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { projectRoot } from '../configuration/environment.ts'

const simulator = join(projectRoot, 'apps/simulator/src/main.ts')
const firstPauseMs = 2_000
const longestPauseMs = 60_000

export interface DemoStream {
  stop: () => Promise<void>
}

interface DemoStreamOptions {
  url: string
  token: string
  patients: number
  logger: Logger
}

/**
 * Simulated patients at the demo's beds, by the same simulator that load testers run; started again, ever less eagerly,
 * should it end. Its channel to this process tells it when this process is gone, however that came about.
 */
export function streamDemo({ url, token, patients, logger }: DemoStreamOptions): DemoStream {
  const count = String(patients)
  const args = ['stream', '--url', url, '--patients', count, '--rate', count, '--scenario', 'mixed']
  let isStopped = false
  let pauseMs = firstPauseMs
  let child = start()

  function start() {
    const startedAt = performance.now()
    const started = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', simulator, ...args], {
      // The token goes by environment: command lines can be read by every user of the machine.
      env: { ...process.env, CHARTWIRE_TOKEN: token },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // Ctrl-C reaches the server alone, which then ends this one.
      detached: true,
    })
    started.on('error', () => undefined)
    started.on('exit', (code) => {
      if (isStopped) return
      if (performance.now() - startedAt > longestPauseMs) pauseMs = firstPauseMs
      logger.warn(`the demo stream ended (exit code ${code ?? 'none'}); starting it again in ${pauseMs / 1000} s`)
      setTimeout(() => {
        if (!isStopped) child = start()
      }, pauseMs)
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
    })
    return started
  }

  return {
    stop: async (): Promise<void> => {
      isStopped = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      const timer = setTimeout(() => child.kill('SIGKILL'), 3_000)
      await ended
      clearTimeout(timer)
    },
  }
}
