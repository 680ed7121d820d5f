import type { Session } from '@chartwire/sdk'
import { useEffect, useState } from 'react'
import { client } from '../api.ts'

/** `ended`: the server no longer knows a session that was there; not said after signing out. */
export type SessionState =
  | { kind: 'asking' }
  | { kind: 'none'; hasEnded: boolean }
  | { kind: 'open'; session: Session }
  | { kind: 'unreachable' }

/** Whether somebody is signed in; asks the server once, and says at once when the session ends. */
export function useSession(): SessionState & { retry: () => void } {
  const [state, setState] = useState<SessionState>({ kind: 'asking' })
  const [turn, setTurn] = useState(0)

  useEffect(() => {
    const leave = client.auth.onChange((session) =>
      setState(session ? { kind: 'open', session } : { kind: 'none', hasEnded: !leaving }),
    )
    client.auth.restore().then(
      (session) => setState(session ? { kind: 'open', session } : { kind: 'none', hasEnded: false }),
      () => setState({ kind: 'unreachable' }),
    )
    return leave
  }, [turn])
  return { ...state, retry: () => setTurn(turn + 1) }
}

let leaving = false

/** Signs out on purpose: the next page does not say that the session has ended. */
export async function signOut(): Promise<void> {
  leaving = true
  try {
    await client.auth.signOut()
  } finally {
    leaving = false
  }
}
