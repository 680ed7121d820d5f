import { useSyncExternalStore } from 'react'

/** `assertive` interrupts what is being read: only for alarms that cannot wait, and for losing sight of the ward. */
type Politeness = 'polite' | 'assertive'

/** What was said does not stay to be found by somebody who reads the page later, when it is no longer true. */
const forgetMs = 5_000

/** What happens at once is said in one sentence after the other, not one over the other. */
const gatherMs = 400

const waiting: Record<Politeness, string[]> = { polite: [], assertive: [] }
let spoken: Record<Politeness, { text: string; turn: number }> = {
  polite: { text: '', turn: 0 },
  assertive: { text: '', turn: 0 },
}
const listeners = new Set<() => void>()
const timers: Partial<Record<Politeness, ReturnType<typeof setTimeout>>> = {}

/** More than this many at once are counted, not read out. */
const readOut = 4

/** Has a screen reader say it. Nothing is shown. */
export function announce(text: string, politeness: Politeness = 'polite'): void {
  waiting[politeness].push(text)
  timers[politeness] ??= setTimeout(() => {
    delete timers[politeness]
    const texts = waiting[politeness].splice(0)
    const rest = texts.length - readOut
    const joined = texts.slice(0, readOut).join(' ') + (rest > 0 ? ` And ${rest} more.` : '')
    const turn = spoken[politeness].turn + 1
    become(politeness, { text: joined, turn })
    setTimeout(() => {
      if (spoken[politeness].turn === turn) become(politeness, { text: '', turn })
    }, forgetMs)
  }, gatherMs)
}

/** Takes back what was said and what is about to be: whoever lost sight of the ward must not find it here either. */
export function forgetAnnouncements(): void {
  for (const politeness of ['polite', 'assertive'] as const) {
    waiting[politeness].length = 0
    become(politeness, { text: '', turn: spoken[politeness].turn + 1 })
  }
}

function become(politeness: Politeness, next: { text: string; turn: number }): void {
  spoken = { ...spoken, [politeness]: next }
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The two live regions. The key makes a sentence that is said twice a new one. */
export function Announcer() {
  const { polite, assertive } = useSyncExternalStore(subscribe, () => spoken)
  return (
    <>
      <div className="unseen" role="status" aria-live="polite" data-announcer="polite">
        <span key={polite.turn}>{polite.text}</span>
      </div>
      <div className="unseen" role="alert" aria-live="assertive" data-announcer="assertive">
        <span key={assertive.turn}>{assertive.text}</span>
      </div>
    </>
  )
}
