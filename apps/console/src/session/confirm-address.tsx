import { type FormEvent, useEffect } from 'react'
import { client } from '../api.ts'
import { ProblemNote } from '../words/problem-note.tsx'
import { useSending } from './use-sending.ts'

/** Where the link leads that asks whether an address is somebody's own. It asks once more: mail is opened by machines, too. */
export function ConfirmAddress({ token }: { token: string }) {
  useEffect(() => {
    document.title = 'Your address · Chartwire'
  }, [])
  const { state, error, send } = useSending()

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    send(() => client.api.identity.confirmAddress.mutate({ token }))
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
            <p>The letter that brought you here went to the address you want to sign in with.</p>
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
