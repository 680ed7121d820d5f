import { useEffect } from 'react'
import { queries } from './api.ts'
import { OwnRecord } from './patient/own-record.tsx'
import { CapacityGate } from './session/capacity-gate.tsx'
import { SignIn } from './session/sign-in.tsx'
import { Unreachable } from './session/unreachable.tsx'
import { useSession } from './session/use-session.ts'
import { StaffPages } from './staff-pages.tsx'

/** Who is signed in decides what there is to see. */
export function App() {
  const state = useSession()
  useEffect(() => {
    // Nothing of one person's is left for the next.
    if (state.kind === 'none') queries.clear()
  }, [state.kind])

  switch (state.kind) {
    case 'asking':
      return <p className="empty">One moment…</p>
    case 'unreachable':
      return <Unreachable onRetry={state.retry} />
    case 'none':
      return <SignIn hasEnded={state.hasEnded} />
    case 'open':
      return (
        <CapacityGate>
          {(capacity) =>
            capacity.as === 'patient' ? <OwnRecord capacity={capacity} /> : <StaffPages capacity={capacity} />
          }
        </CapacityGate>
      )
  }
}
