import type { Scoped } from '../src/row-security/scope.ts'

/** Transactions that wait before they begin, as they do when every connection is taken or the database is away. */
export class HeldScoped {
  #gate = Promise.resolve()
  waiting = 0
  release = () => {}
  /** What waits fails instead. */
  fail: (error: Error) => void = () => {}
  readonly scoped: Scoped

  constructor(scoped: Scoped) {
    this.scoped = {
      query: scoped.query,
      transaction: async (...args) => {
        this.waiting += 1
        await this.#gate.finally(() => (this.waiting -= 1))
        return scoped.transaction(...args)
      },
    }
  }

  hold(): void {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    promise.catch(() => {})
    this.#gate = promise
    this.release = resolve
    this.fail = reject
  }
}
