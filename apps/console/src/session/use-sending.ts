import { useState } from 'react'

/** A form that is sent once. What was typed is kept nowhere, as a cache of mutations would. */
export function useSending() {
  const [state, setState] = useState<'asking' | 'busy' | 'done'>('asking')
  const [error, setError] = useState<unknown>(null)
  const send = (work: () => Promise<unknown>): void => {
    if (state !== 'asking') return
    setState('busy')
    setError(null)
    work().then(
      () => setState('done'),
      (failure: unknown) => {
        setError(failure)
        setState('asking')
      },
    )
  }
  return { state, error, send }
}
