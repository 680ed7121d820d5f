import { useSession } from '@chartwire/sdk/react'
import { useEffect, useState } from 'react'
import { client } from './api.ts'
import { SentDocument } from './documents/sent-document.tsx'
import { OwnRecord } from './patient/own-record.tsx'
import { PlatformPage } from './platform-page.tsx'
import { isSecurityPage, letterLink, useHash } from './route.ts'
import { CapacityGate } from './session/capacity-gate.tsx'
import { ConfirmAddress } from './session/confirm-address.tsx'
import { Join } from './session/join.tsx'
import { SecurityPage } from './session/security-page.tsx'
import { SetPassword } from './session/set-password.tsx'
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

  const hash = useHash()
  const link = letterLink(hash)
  switch (link?.kind) {
    case 'join':
      return <Join token={link.token} />
    case 'confirm':
      return <ConfirmAddress token={link.token} />
    case 'set-password':
      return <SetPassword token={link.token} />
    case 'document':
      return <SentDocument token={link.token} />
    case undefined:
      break
  }
  if (session !== null) {
    // One's login is one's own in every role, and in none.
    if (isSecurityPage(hash)) return <SecurityPage />
    return (
      <CapacityGate key={session.user?.id}>
        {(capacity) => {
          switch (capacity.as) {
            case 'patient':
              return <OwnRecord capacity={capacity} />
            case 'staff':
              return <StaffPages capacity={capacity} />
            case 'platform':
              return <PlatformPage />
          }
        }}
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
