import { problemOf } from '../words/problems.ts'

/** Before anything is known: the server does not answer. */
export function Unreachable({ onRetry }: { onRetry: () => void }) {
  const { title, next } = problemOf('unavailable')
  return (
    <main className="page">
      <div className="card">
        <h1>{title}</h1>
        <p>{next}</p>
        <p className="dialog-buttons">
          <button type="button" className="primary" onClick={onRetry}>
            Try again
          </button>
        </p>
      </div>
    </main>
  )
}
