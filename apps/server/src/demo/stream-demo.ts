import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { projectRoot } from '../configuration/environment.ts'

/** Simulated patients at the demo's beds, by the same simulator that load testers run; restarted should it ever end. */
export function streamDemo({
  url,
  token,
  patients,
  logger,
}: {
  url: string
  token: string
  patients: number
  logger: Logger
}) {
  let isStopped = false
  let child = start()

  function start() {
    const simulator = join(projectRoot, 'apps/simulator/src/main.ts')
    const args = [
      'stream',
      '--url',
      url,
      '--patients',
      String(patients),
      '--rate',
      String(patients),
      '--scenario',
      'mixed',
    ]
    const process_ = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', simulator, ...args], {
      // The token goes by environment: command lines can be read by every user of the machine.
      env: { ...process.env, CHARTWIRE_TOKEN: token },
      stdio: ['ignore', 'ignore', 'ignore'],
      // Ctrl-C reaches the server alone, which then ends this one.
      detached: true,
    })
    process_.on('exit', (code) => {
      if (isStopped) return
      logger.warn({ code }, 'the demo stream ended and is started again')
      setTimeout(() => {
        if (!isStopped) child = start()
      }, 2_000)
    })
    process_.on('error', () => undefined)
    return process_
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
