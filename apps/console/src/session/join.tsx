import { type FormEvent, useEffect, useId } from 'react'
import { client } from '../api.ts'
import { ProblemNote } from '../words/problem-note.tsx'
import { formText } from './form-text.ts'
import { useSending } from './use-sending.ts'

/** Where an invitation's link leads; keeps nothing of what was typed. */
export function Join({ token }: { token: string }) {
  useEffect(() => {
    document.title = 'Join · Chartwire'
  }, [])
  const nameId = useId()
  const passwordId = useId()
  const hintId = useId()
  const { state, error, send } = useSending()

  const submit = (event: FormEvent<HTMLFormElement>) => {
    const text = formText(event)
    send(() => client.api.identity.acceptInvitation.mutate({ token, name: text('name'), password: text('password') }))
  }

  return (
    <main className="page">
      <form className="card" onSubmit={submit}>
        <p className="brand">
          <img src="/icon.svg" alt="" /> Chartwire
        </p>
        <h1>Join</h1>
        {state === 'done' ? (
          <p className="notice" role="status">
            You have joined. <a href="#/">Sign in</a>
          </p>
        ) : (
          <>
            <label className="field" htmlFor={nameId}>
              Your name
            </label>
            <input id={nameId} name="name" autoComplete="name" maxLength={200} required />
            <label className="field" htmlFor={passwordId}>
              Password
            </label>
            <input id={passwordId} name="password" type="password" minLength={12} aria-describedby={hintId} required />
            <p className="hint" id={hintId}>
              At least twelve characters. If this address has a login already, its present password.
            </p>
            {error !== null && <ProblemNote error={error} />}
            <button type="submit" className="primary" aria-disabled={state === 'busy'}>
              {state === 'busy' ? 'One moment…' : 'Join'}
            </button>
          </>
        )}
      </form>
    </main>
  )
}
