/**
 * Between a feed that never waits and a consumer that may be slow: what is put in merges with what lies there, so that
 * the mailbox stays small however long nobody comes. A merge that throws ends the consumer, nobody else.
 */
export class Mailbox<T> {
  #content: T | undefined
  #error: unknown
  #hasFailed = false
  #wake: (() => void) | undefined
  readonly #merge: (older: T, newer: T) => T

  constructor(merge: (older: T, newer: T) => T) {
    this.#merge = merge
  }

  put(content: T): void {
    try {
      this.#content = this.#content === undefined ? content : this.#merge(this.#content, content)
    } catch (error) {
      this.fail(error)
    }
    this.#wake?.()
  }

  fail(error: unknown): void {
    this.#error = error
    this.#hasFailed = true
    this.#wake?.()
  }

  get hasFailed(): boolean {
    return this.#hasFailed
  }

  /** Resolves when something has come, after `ms` without anything, or on the signal. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#content !== undefined || this.#hasFailed || signal.aborted) return
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        this.#wake = undefined
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done)
      this.#wake = done
    })
  }

  /** Everything that has come since the last time, merged. @throws what `fail` was given */
  take(): T | undefined {
    if (this.#hasFailed) throw this.#error
    const content = this.#content
    this.#content = undefined
    return content
  }
}
