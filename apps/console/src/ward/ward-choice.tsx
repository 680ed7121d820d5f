import { useApi } from '@chartwire/sdk/react'
import { useQuery } from '@tanstack/react-query'
import { PageHead } from '../page-head.tsx'
import { hrefOf } from '../route.ts'
import { type Capacity, roleName } from '../session/capacity-gate.tsx'
import { plural } from '../words/format.ts'
import { ProblemNote } from '../words/problem-note.tsx'

/** Which ward to watch. Wards one does not work on are named but closed. */
export function WardChoice({ capacity }: { capacity: Capacity }) {
  const wards = useWards()
  return (
    <div className="page">
      <PageHead title="Choose a ward" />
      <main id="main" tabIndex={-1}>
        <p className="hint">
          {capacity.label} · {roleName(capacity.role)}
        </p>
        {wards.isError && <ProblemNote error={wards.error} />}
        {wards.data?.every(({ watchable }) => !watchable) && (
          <p className="notice">
            You are not on the care team of any ward, so there is no board for you to watch. Ask the doctor or
            administrator in charge to add you.
          </p>
        )}
        <ul className="cards">
          {wards.data?.map(({ id, name, occupancy, watchable }) => (
            <li key={id}>
              {watchable ? (
                <a className="choice" href={hrefOf({ page: 'ward', wardId: id })}>
                  <strong>{name}</strong>
                  {plural(occupancy, 'patient')}
                </a>
              ) : (
                <p className="choice" data-closed>
                  <strong>{name}</strong>
                  {plural(occupancy, 'patient')} · not on your care team
                </p>
              )}
            </li>
          ))}
        </ul>
      </main>
    </div>
  )
}

export function useWards() {
  const api = useApi()
  return useQuery(api.hospitals.wards.queryOptions())
}
