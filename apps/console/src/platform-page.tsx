import { useApi } from '@chartwire/sdk/react'
import { useQuery } from '@tanstack/react-query'
import { SignOutButton } from './session/sign-out-button.tsx'
import { ProblemNote } from './words/problem-note.tsx'

/** What a platform administrator finds here: the hospitals. The rest of it is done through the API. */
export function PlatformPage() {
  const api = useApi()
  const hospitals = useQuery(api.hospitals.list.queryOptions({ limit: 200 }))
  return (
    <main className="page">
      <div className="card">
        <h1>Hospitals</h1>
        {hospitals.isError && <ProblemNote error={hospitals.error} />}
        <ul className="choice-list">
          {hospitals.data?.items.map(({ id, name, city, closedAt }) => (
            <li key={id}>
              <strong>{name}</strong> {city} {closedAt === null ? '' : '(closed)'}
            </li>
          ))}
        </ul>
        <p className="hint">
          Logins and hospitals are managed through the API, see <a href="/docs">its reference</a>.
        </p>
        <p className="dialog-buttons">
          <SignOutButton />
        </p>
      </div>
    </main>
  )
}
