import type { signIn } from '../src/index.ts'

/** The session that a sign-in opened. @throws Error when a second factor is asked for instead */
export function opened(answer: Awaited<ReturnType<typeof signIn>>) {
  if (answer.state !== 'signed-in') throw new Error('A second factor is asked for.')
  return answer
}
