import { isApiError, type SecondFactorProof, type SecondFactorRequired } from '@chartwire/sdk'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { ProblemNote } from '../words/problem-note.tsx'
import { formText } from './form-text.ts'

/** Six digits are the app's, a longer code is one of the recovery codes. */
function proofOf(code: string): SecondFactorProof {
  const digits = code.replaceAll(/\s/g, '')
  return /^\d{6}$/.test(digits) ? { method: 'totp', code: digits } : { method: 'recovery-code', code }
}

async function passkeyProof(step: SecondFactorRequired): Promise<SecondFactorProof> {
  const options = (await step.passkeyOptions()) as PublicKeyCredentialRequestOptionsJSON
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const credential = await navigator.credentials.get({ publicKey })
  if (!(credential instanceof PublicKeyCredential)) throw new Error('No passkey was given.')
  const response = credential.toJSON() as Extract<SecondFactorProof, { method: 'passkey' }>['response']
  return { method: 'passkey', response }
}

interface SecondFactorProps {
  step: SecondFactorRequired
  onGiveUp: () => void
}

/** The second step of a sign-in, where the login has one. */
export function SecondFactor({ step, onGiveUp }: SecondFactorProps) {
  const codeId = useId()
  const input = useRef<HTMLInputElement>(null)
  // The form before it is gone, and the focus with it.
  useEffect(() => input.current?.focus(), [])
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const takesCode = step.methods.some((method) => method !== 'passkey')
  const takesPasskey = step.methods.includes('passkey') && 'PublicKeyCredential' in globalThis

  const complete = (proof: Promise<SecondFactorProof>) => {
    if (isBusy) return
    setBusy(true)
    setError(null)
    proof
      .then((given) => step.complete(given))
      .catch((failure: unknown) => setError(failure))
      .finally(() => setBusy(false))
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    complete(Promise.resolve(proofOf(formText(event)('code'))))
  }

  return (
    <main className="page">
      <form className="card" onSubmit={submit}>
        <h1>One more step</h1>
        {takesCode && (
          <>
            <label className="field" htmlFor={codeId}>
              Code of your authenticator app, or a recovery code
            </label>
            <input id={codeId} ref={input} name="code" autoComplete="one-time-code" required />
          </>
        )}
        {isApiError(error, 'credentials_wrong') ? (
          <p role="alert" className="notice">
            That code is not right, or was used before. Wait for the next one and try again.
          </p>
        ) : (
          error !== null && <ProblemNote error={error} />
        )}
        {takesCode && (
          <button type="submit" className="primary" aria-disabled={isBusy}>
            {isBusy ? 'Signing in…' : 'Sign in'}
          </button>
        )}
        {takesPasskey && (
          <button type="button" onClick={() => complete(passkeyProof(step))} aria-disabled={isBusy}>
            Use a passkey
          </button>
        )}
        <button type="button" onClick={onGiveUp}>
          Back
        </button>
      </form>
    </main>
  )
}
