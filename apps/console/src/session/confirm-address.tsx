import { type FormEvent, useEffect, useId } from 'react'
import { client } from '../api.ts'
import { ProblemNote } from '../words/problem-note.tsx'
import { formText } from './form-text.ts'
import { useSending } from './use-sending.ts'

/** Where the link leads that asks whether an address is somebody's own; keeps nothing of what was typed. */
export function ConfirmAddress({ token }: { token: string }) {
  useEffect(() => {
    document.title = 'Your address · Chartwire'
  }, [])
  const passwordId = useId()
  const hintId = useId()
  const { state, error, send } = useSending()

  const submit = (event: FormEvent<HTMLFormElement>) => {
    const text = formText(event)
    send(() => client.api.identity.confirmAddress.mutate({ token, password: text('password') }))
  }

  return (
    <main className="page">
      <form className="card" onSubmit={submit}>
        <p className="brand">
          <img src="/icon.svg" alt="" /> Chartwire
        </p>
        <h1>Is this your address?</h1>
        {state === 'done' ? (
          <p className="notice" role="status">
            Your address is confirmed. <a href="#/">Sign in</a>
          </p>
        ) : (
          <>
            <label className="field" htmlFor={passwordId}>
              Password
            </label>
            <input
              id={passwordId}
              name="password"
              type="password"
              autoComplete="current-password"
              aria-describedby={hintId}
              required
            />
            <p className="hint" id={hintId}>
              The one you chose when you signed up, or sign in with. If you chose none, somebody else typed your
              address: close this page.
            </p>
            {error !== null && <ProblemNote error={error} />}
            <button type="submit" className="primary" aria-disabled={state === 'busy'}>
              {state === 'busy' ? 'One moment…' : 'Yes, it is mine'}
            </button>
          </>
        )}
      </form>
    </main>
  )
}
