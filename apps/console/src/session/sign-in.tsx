import { SecondFactorRequired } from '@chartwire/sdk'
import { type FormEvent, useEffect, useId, useState } from 'react'
import { client, wasSessionEnded } from '../api.ts'
import { ProblemNote } from '../words/problem-note.tsx'
import { formText } from './form-text.ts'
import { Brand } from './link-page.tsx'
import { SecondFactor } from './second-factor.tsx'

/** Signs in with a cookie; keeps nothing of what was typed. */
export function SignIn() {
  const hasEnded = wasSessionEnded()
  useEffect(() => {
    document.title = 'Sign in · Chartwire'
  }, [])
  const emailId = useId()
  const passwordId = useId()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [step, setStep] = useState<SecondFactorRequired | null>(null)

  const submit = (event: FormEvent<HTMLFormElement>) => {
    const text = formText(event)
    if (isBusy) return
    setBusy(true)
    setError(null)
    client.auth
      .signIn({ email: text('email'), password: text('password') })
      .catch((failure: unknown) => (failure instanceof SecondFactorRequired ? setStep(failure) : setError(failure)))
      .finally(() => setBusy(false))
  }

  if (step) return <SecondFactor step={step} onGiveUp={() => setStep(null)} />
  return (
    <main className="page">
      <form className="card" onSubmit={submit}>
        <Brand />
        <h1>Sign in</h1>
        {hasEnded && (
          <p className="notice" role="status">
            You were signed out because your session ended. The screen shows nothing until you sign in again.
          </p>
        )}
        <label className="field" htmlFor={emailId}>
          E-mail address
        </label>
        <input id={emailId} name="email" type="email" autoComplete="username" required />
        <label className="field" htmlFor={passwordId}>
          Password
        </label>
        <input id={passwordId} name="password" type="password" autoComplete="current-password" required />
        {error !== null && <ProblemNote error={error} />}
        <button type="submit" className="primary" aria-disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
    </main>
  )
}
