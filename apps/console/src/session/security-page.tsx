import { useApi } from '@chartwire/sdk/react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ProblemNote } from '../words/problem-note.tsx'
import { SetUpFactor } from './set-up-factor.tsx'
import { SignOutButton } from './sign-out-button.tsx'

/** What proves who one is at a sign-in, besides the password. */
export function SecurityPage() {
  useEffect(() => {
    document.title = 'Security · Chartwire'
  }, [])
  const api = useApi()
  const mine = useQuery(api.mfa.mine.queryOptions())
  const remove = useMutation(api.mfa.removeTotp.mutationOptions({ onSuccess: () => mine.refetch() }))
  return (
    <main className="page">
      <div className="card">
        <h1>Security</h1>
        {mine.error !== null && <ProblemNote error={mine.error} />}
        {mine.data?.hasTotp === false && (
          <>
            <p>Your password alone opens your login. With an authenticator app it takes your phone as well.</p>
            <SetUpFactor onDone={() => void mine.refetch()} />
          </>
        )}
        {mine.data?.hasTotp === true && (
          <>
            <p>An authenticator app is set up. Recovery codes left: {mine.data.recoveryCodes}.</p>
            {remove.error !== null && <ProblemNote error={remove.error} />}
            <button type="button" aria-disabled={remove.isPending} onClick={() => remove.mutate()}>
              Remove the app
            </button>
          </>
        )}
        <p className="dialog-buttons">
          <a className="button" href="#/">
            Back
          </a>
          <SignOutButton />
        </p>
      </div>
    </main>
  )
}
