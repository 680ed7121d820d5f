import { type FormEvent, type ReactNode, useEffect } from 'react'
import { ProblemNote } from '../words/problem-note.tsx'
import { formText } from './form-text.ts'
import { useSending } from './use-sending.ts'

/** The page that a link from a letter leads to: a form that is sent once, and what came of it. Keeps nothing of what was typed. */
export function LinkPage({
  title,
  tab = title,
  action,
  work,
  done,
  problem = (error) => <ProblemNote error={error} />,
  children,
}: {
  title: string
  tab?: string
  /** What the button says. */
  action: string
  /** Sends what stands in the fields, each by its name. */
  work: (text: (field: string) => string) => Promise<unknown>
  /** What is said when it is done. */
  done: ReactNode
  problem?: (error: unknown) => ReactNode
  /** The fields. */
  children: ReactNode
}) {
  useEffect(() => {
    document.title = `${tab} · Chartwire`
  }, [tab])
  const { state, error, send } = useSending()

  const submit = (event: FormEvent<HTMLFormElement>) => {
    const text = formText(event)
    send(() => work(text))
  }

  return (
    <main className="page">
      <form className="card" onSubmit={submit}>
        <Brand />
        <h1>{title}</h1>
        {state === 'done' ? (
          <p className="notice" role="status">
            {done}
          </p>
        ) : (
          <>
            {children}
            {error !== null && problem(error)}
            <button type="submit" className="primary" aria-disabled={state === 'busy'}>
              {state === 'busy' ? 'One moment…' : action}
            </button>
          </>
        )}
      </form>
    </main>
  )
}

export function Brand() {
  return (
    <p className="brand">
      <img src="/icon.svg" alt="" /> Chartwire
    </p>
  )
}
