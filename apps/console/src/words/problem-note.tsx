import { codeOf } from '../api.ts'
import { problemOf } from './problems.ts'

/** Says at once what went wrong and what to do next. */
export function ProblemNote({ error }: { error: unknown }) {
  const { title, next } = problemOf(codeOf(error))
  return (
    <div className="problem" role="alert">
      <p className="problem-title">{title}</p>
      <p>{next}</p>
    </div>
  )
}
