/** How often and how patiently a failed call is sent again. */
export interface RetryPolicy {
  /** Tries in all, the first one included. */
  attempts: number
  /** The first wait; each further one is twice as long. */
  baseMs: number
  /** No wait is longer; a server that asks for more gets no retry. */
  maxMs: number
}

export const usualRetry: RetryPolicy = { attempts: 4, baseMs: 250, maxMs: 10_000 }

/** Between half and all of `baseMs * 2^n`, at most `maxMs`: clients that failed together do not come back together. */
export function backOffMs(failures: number, { baseMs, maxMs }: Pick<RetryPolicy, 'baseMs' | 'maxMs'>): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(failures, 30))
  return ceiling * (0.5 + Math.random() / 2)
}

/** Waits, unless the signal ends it: then it rejects with the signal's reason. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}
