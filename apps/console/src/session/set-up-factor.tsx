import { isApiError } from '@chartwire/sdk'
import { useApi } from '@chartwire/sdk/react'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId } from 'react'
import { ProblemNote } from '../words/problem-note.tsx'
import { formText } from './form-text.ts'
import { QrCode } from './qr-code.tsx'

/** Adds an authenticator app to one's own login: the secret, a code that proves it works, and the recovery codes. */
export function SetUpFactor({ onDone }: { onDone: () => void }) {
  const api = useApi()
  const codeId = useId()
  const enrol = useMutation(api.mfa.enrolTotp.mutationOptions())
  const confirm = useMutation(api.mfa.confirmTotp.mutationOptions())

  if (confirm.data) return <RecoveryCodes codes={confirm.data.recoveryCodes} onDone={onDone} />
  if (!enrol.data) {
    return (
      <>
        {enrol.error !== null && <ProblemNote error={enrol.error} />}
        <button type="button" className="primary" aria-disabled={enrol.isPending} onClick={() => enrol.mutate()}>
          Set up an authenticator app
        </button>
      </>
    )
  }

  const submit = (event: FormEvent<HTMLFormElement>) => {
    const code = formText(event)('code').replaceAll(/\s/g, '')
    if (!confirm.isPending) confirm.mutate({ code })
  }
  return (
    <form onSubmit={submit}>
      <p>Scan this with your authenticator app, or type the key into it.</p>
      <QrCode text={enrol.data.uri} label="QR code for the authenticator app" />
      <p className="hint">
        Key: <code>{enrol.data.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
      <label className="field" htmlFor={codeId}>
        The code it shows now
      </label>
      <input id={codeId} name="code" inputMode="numeric" autoComplete="one-time-code" pattern="[0-9 ]{6,7}" required />
      {isApiError(confirm.error, 'credentials_wrong') ? (
        <p role="alert" className="notice">
          That is not the code of this key now. Wait for the next one, and see that the clock of the phone is right.
        </p>
      ) : (
        confirm.error !== null && <ProblemNote error={confirm.error} />
      )}
      <button type="submit" className="primary" aria-disabled={confirm.isPending}>
        {confirm.isPending ? 'One moment…' : 'Confirm'}
      </button>
    </form>
  )
}

function RecoveryCodes({ codes, onDone }: { codes: readonly string[] | null; onDone: () => void }) {
  return (
    <>
      <p role="status" className="notice">
        The app is set up. You are asked for its code whenever you sign in.
      </p>
      {codes !== null && (
        <>
          <p>
            Should the phone get lost, each of these opens your login once. They are not shown again: keep them safe.
          </p>
          <ul className="recovery-codes">
            {codes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ul>
        </>
      )}
      <button type="button" className="primary" onClick={onDone}>
        I have kept them
      </button>
    </>
  )
}
