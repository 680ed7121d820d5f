import { useId } from 'react'
import { client } from '../api.ts'
import { LinkPage } from './link-page.tsx'

/** Where the link leads that asks whether an address is somebody's own. */
export function ConfirmAddress({ token }: { token: string }) {
  const passwordId = useId()
  const hintId = useId()
  return (
    <LinkPage
      title="Is this your address?"
      tab="Your address"
      action="Yes, it is mine"
      work={(text) => client.api.identity.confirmAddress.mutate({ token, password: text('password') })}
      done={
        <>
          Your address is confirmed. <a href="#/">Sign in</a>
        </>
      }
    >
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
        The one you chose when you signed up, or sign in with. If you chose none, somebody else typed your address:
        close this page.
      </p>
    </LinkPage>
  )
}
