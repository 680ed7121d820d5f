import { useId } from 'react'
import { client } from '../api.ts'
import { LinkPage } from './link-page.tsx'

/** Where a link that sets a new password leads. */
export function SetPassword({ token }: { token: string }) {
  const passwordId = useId()
  return (
    <LinkPage
      title="New password"
      action="Set password"
      work={(text) => client.api.identity.resetPassword.mutate({ token, password: text('password') })}
      done={
        <>
          Your new password is set, and you are signed out everywhere. <a href="#/">Sign in</a>
        </>
      }
    >
      <label className="field" htmlFor={passwordId}>
        New password
      </label>
      <input id={passwordId} name="password" type="password" autoComplete="new-password" minLength={12} required />
    </LinkPage>
  )
}
