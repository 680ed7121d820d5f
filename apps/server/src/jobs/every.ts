import type { Logger } from 'pino'
import type { Metrics } from '../http/metrics.ts'

export interface RecurringJob {
  name: string
  everyMs: number
  run: () => Promise<void>
}

/** Runs each job again and again, never twice at once; a failure is logged, counted, and tried again the next time. */
export function startJobs(jobs: readonly RecurringJob[], { logger, metrics }: { logger: Logger; metrics: Metrics }) {
  let isStopped = false
  const timers = new Set<NodeJS.Timeout>()
  const running = new Set<Promise<void>>()
  for (const job of jobs) schedule(job, job.everyMs)

  function schedule(job: RecurringJob, ms: number): void {
    if (isStopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      const run = job
        .run()
        .catch((error: unknown) => {
          metrics.jobFailures.inc({ job: job.name })
          logger.error({ job: job.name, error })
        })
        .finally(() => {
          running.delete(run)
          schedule(job, job.everyMs)
        })
      running.add(run)
    }, ms)
    timers.add(timer)
  }

  return {
    /** Waits for what is running and starts nothing more. */
    stop: async (): Promise<void> => {
      isStopped = true
      for (const timer of timers) clearTimeout(timer)
      await Promise.all(running)
    },
  }
}
