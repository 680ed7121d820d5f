import type { Me } from '@chartwire/sdk'
import { useApi } from '@chartwire/sdk/react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { client } from '../api.ts'
import { ProblemNote } from '../words/problem-note.tsx'
import { problemOf } from '../words/problems.ts'
import { SetUpFactor } from './set-up-factor.tsx'
import { SignOutButton } from './sign-out-button.tsx'

export type Capacity = Me['capacities'][number]

const roleWords: Record<string, string> = {
  hospital_admin: 'Administrator',
  doctor: 'Doctor',
  nurse: 'Nurse',
  viewer: 'Viewer',
  front_desk: 'Front desk',
  pharmacist: 'Pharmacist',
  lab_technician: 'Laboratory',
  gateway: 'Bedside gateway',
  self: 'Your own record',
  platform_admin: 'Platform administrator',
}

export const roleName = (role: string): string => roleWords[role] ?? role

/** Lets one choose in which role to work when there are several; with one there is nothing to ask. */
export function CapacityGate({ children }: { children: (capacity: Capacity) => ReactNode }) {
  const [chosen, setChosen] = useState<string | null>(null)
  const api = useApi()
  const me = useQuery(api.identity.me.queryOptions())
  if (me.isError) {
    return (
      <main className="page">
        <div className="card">
          <h1>Chartwire</h1>
          <ProblemNote error={me.error} />
          <button type="button" onClick={() => void me.refetch()}>
            Try again
          </button>
        </div>
      </main>
    )
  }
  if (me.data === undefined) return <p className="empty">One moment…</p>

  const { capacities, user } = me.data
  const capacity = capacities.length === 1 ? capacities[0] : capacities.find(({ id }) => id === chosen)
  if (capacity?.isWithheld === true) return <Withheld label={capacity.label} onDone={() => void me.refetch()} />
  if (capacity) return children(capacity)
  const choose = (id: string) => {
    client.actAs(id)
    setChosen(id)
  }
  return (
    <main className="page">
      <div className="card">
        <h1>Welcome, {user.name}</h1>
        {capacities.length === 0 ? (
          <p>Your account belongs to no hospital. Ask the administrator of your hospital to invite you.</p>
        ) : (
          <>
            <p className="hint">In which role do you work now?</p>
            <ul className="choice-list">
              {capacities.map(({ id, label, role }) => (
                <li key={id}>
                  <button type="button" className="choice" onClick={() => choose(id)}>
                    <strong>{label}</strong>
                    {roleName(role)}
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
        <p className="dialog-buttons">
          <SignOutButton />
        </p>
      </div>
    </main>
  )
}

/** Signed in, but not let in before there is a second factor. */
function Withheld({ label, onDone }: { label: string; onDone: () => void }) {
  const { title } = problemOf('mfa_required')
  return (
    <main className="page">
      <div className="card">
        <h1>{label}</h1>
        <p>{title}</p>
        <SetUpFactor onDone={onDone} />
        <p className="dialog-buttons">
          <SignOutButton />
        </p>
      </div>
    </main>
  )
}
