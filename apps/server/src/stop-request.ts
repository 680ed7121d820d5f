/** One press of Ctrl-C may arrive several times: from the terminal, from npm, from the script in between. */
const samePressMs = 1_000

/** Somebody's wish that this process ends: Ctrl-C, a supervisor's SIGTERM, a closed terminal. */
export interface StopRequest {
  readonly isMade: boolean
  readonly made: Promise<void>
}

/** Listens from now on. After the first request a second one does not wait for the draining: it ends the process. */
export function listenForStop(): StopRequest {
  const { promise, resolve } = Promise.withResolvers<void>()
  let madeAt: number | undefined
  const hear = () => {
    const now = performance.now()
    if (madeAt !== undefined && now - madeAt > samePressMs) process.exit(130)
    madeAt ??= now
    resolve()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear)
  return {
    get isMade() {
      return madeAt !== undefined
    },
    made: promise,
  }
}
