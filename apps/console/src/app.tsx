import { useSession } from '@chartwire/sdk/react'
import { useEffect, useState } from 'react'
import { client } from './api.ts'
import { OwnRecord } from './patient/own-record.tsx'
import { CapacityGate } from './session/capacity-gate.tsx'
import { SignIn } from './session/sign-in.tsx'
import { Unreachable } from './session/unreachable.tsx'
import { StaffPages } from './staff-pages.tsx'

/** Who is signed in decides what there is to see. The browser's cookie may hold a session: the server is asked first. */
export function App() {
  const session = useSession()
  const [asking, setAsking] = useState<'asking' | 'answered' | 'unreachable'>('asking')
  const ask = () => {
    client.auth.restore().then(
      () => setAsking('answered'),
      () => setAsking('unreachable'),
    )
  }
  useEffect(ask, [])

  if (session !== null) {
    return (
      <CapacityGate key={session.user?.id}>
        {(capacity) =>
          capacity.as === 'patient' ? <OwnRecord capacity={capacity} /> : <StaffPages capacity={capacity} />
        }
      </CapacityGate>
    )
  }
  switch (asking) {
    case 'asking':
      return <p className="empty">One moment…</p>
    case 'unreachable':
      return <Unreachable onRetry={ask} />
    case 'answered':
      return <SignIn />
  }
}
