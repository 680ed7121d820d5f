import { useState } from 'react'

/** Runs what a dialog is for: once at a time, closes it when done, keeps it open with the error when not. */
export function useDeed(onDone: () => void) {
  const [state, setState] = useState<{ isBusy: boolean; error: unknown }>({ isBusy: false, error: null })
  const run = (deed: () => Promise<unknown>) => {
    if (state.isBusy) return
    setState({ isBusy: true, error: null })
    deed().then(onDone, (error: unknown) => setState({ isBusy: false, error }))
  }
  return { ...state, run }
}
