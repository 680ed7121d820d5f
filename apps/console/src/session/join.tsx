import { useId } from 'react'
import { client } from '../api.ts'
import { LinkPage } from './link-page.tsx'

/** Where an invitation's link leads. */
export function Join({ token }: { token: string }) {
  const nameId = useId()
  const passwordId = useId()
  const hintId = useId()
  return (
    <LinkPage
      title="Join"
      action="Join"
      work={(text) =>
        client.api.identity.acceptInvitation.mutate({ token, name: text('name'), password: text('password') })
      }
      done={
        <>
          You have joined. <a href="#/">Sign in</a>
        </>
      }
    >
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
    </LinkPage>
  )
}
