import { type FormEvent, useEffect, useId } from 'react'
import { client } from '../api.ts'
import { ProblemNote } from '../words/problem-note.tsx'
import { formText } from './form-text.ts'
import { useSending } from './use-sending.ts'

/** Where a link that sets a new password leads; keeps nothing of what was typed. */
export function SetPassword({ token }: { token: string }) {
  useEffect(() => {
    document.title = 'New password · Chartwire'
  }, [])
  const passwordId = useId()
  const { state, error, send } = useSending()

  const submit = (event: FormEvent<HTMLFormElement>) => {
    const text = formText(event)
    send(() => client.api.identity.resetPassword.mutate({ token, password: text('password') }))
  }

  return (
    <main className="page">
      <form className="card" onSubmit={submit}>
        <h1>New password</h1>
        {state === 'done' ? (
          <p className="notice" role="status">
            Your new password is set, and you are signed out everywhere. <a href="#/">Sign in</a>
          </p>
        ) : (
          <>
            <label className="field" htmlFor={passwordId}>
              New password
            </label>
            <input
              id={passwordId}
              name="password"
              type="password"
              autoComplete="new-password"
              minLength={12}
              required
            />
            {error !== null && <ProblemNote error={error} />}
            <button type="submit" className="primary" aria-disabled={state === 'busy'}>
              {state === 'busy' ? 'One moment…' : 'Set password'}
            </button>
          </>
        )}
      </form>
    </main>
  )
}
