import { useEffect } from 'react'
import { announce, forgetAnnouncements } from '../announcer.tsx'
import { codeOf } from '../api.ts'
import { PageHead } from '../page-head.tsx'
import { hrefOf } from '../route.ts'
import { problemOf } from '../words/problems.ts'

/** The ward, or the right to watch it, is gone: says so at once and shows nothing of it any more. */
export function LostAccess({ error }: { error: unknown }) {
  const { title, next } = problemOf(codeOf(error))
  useEffect(() => {
    forgetAnnouncements()
    announce(`${title} ${next}`, 'assertive')
  }, [title, next])
  return (
    <div className="page">
      <PageHead title="This ward cannot be shown" />
      <main id="main" tabIndex={-1} className="card">
        <div className="problem">
          <p className="problem-title">{title}</p>
          <p>{next}</p>
        </div>
        <p className="dialog-buttons">
          <a className="button" href={hrefOf({ page: 'wards' })}>
            Choose a ward
          </a>
        </p>
      </main>
    </div>
  )
}
