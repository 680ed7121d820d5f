import { useState } from 'react'
import { announce } from '../announcer.tsx'
import { client, codeOf } from '../api.ts'
import { problemOf } from '../words/problems.ts'

/** Signs out; says so when the server could not be told, because the cookie is then still good. */
export function SignOutButton() {
  const [problem, setProblem] = useState<string | null>(null)
  const signOut = () => {
    client.auth.signOut().catch((error: unknown) => {
      const { title, next } = problemOf(codeOf(error))
      setProblem(`${title} ${next}`)
      announce(`You could not be signed out. ${title}`, 'assertive')
    })
  }
  return (
    <button type="button" onClick={signOut} title={problem ?? undefined}>
      Sign out
    </button>
  )
}
