/** The server speaks at least every 5 s: two beats and a little late. */
const silentAfterMs = 12_000
/** A connection that says nothing for so long is dead, whatever the operating system believes. */
const deadAfterMs = 20_000

/** Tells silence from a quiet ward. */
export class Watchdog {
  readonly #onSilent: () => void
  readonly #onDead: () => void
  #silent: ReturnType<typeof setTimeout> | undefined
  #dead: ReturnType<typeof setTimeout> | undefined

  constructor({ onSilent, onDead }: { onSilent: () => void; onDead: () => void }) {
    this.#onSilent = onSilent
    this.#onDead = onDead
  }

  feed(): void {
    this.rest()
    this.#silent = setTimeout(this.#onSilent, silentAfterMs)
    this.#dead = setTimeout(this.#onDead, deadAfterMs)
  }

  rest(): void {
    clearTimeout(this.#silent)
    clearTimeout(this.#dead)
  }
}
