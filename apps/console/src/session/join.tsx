import { type FormEvent, useEffect, useId, useState } from 'react'
import { client } from '../api.ts'
import { ProblemNote } from '../words/problem-note.tsx'

/** Where an invitation's link leads; keeps nothing of what was typed. */
export function Join({ token }: { token: string }) {
  useEffect(() => {
    document.title = 'Join · Chartwire'
  }, [])
  const nameId = useId()
  const passwordId = useId()
  const hintId = useId()
  const [state, setState] = useState<'asking' | 'busy' | 'done'>('asking')
  const [error, setError] = useState<unknown>(null)

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (state !== 'asking') return
    const form = new FormData(event.currentTarget)
    const [name, password] = [form.get('name'), form.get('password')]
    if (typeof name !== 'string' || typeof password !== 'string') return
    setState('busy')
    setError(null)
    client.api.identity.acceptInvitation.mutate({ token, name, password }).then(
      () => setState('done'),
      (failure: unknown) => {
        setError(failure)
        setState('asking')
      },
    )
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
