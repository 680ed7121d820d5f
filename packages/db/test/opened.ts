import type { signIn } from '../src/index.ts'

/** What a sign-up made. @throws Error where it waits for the inbox of its address */
export function signedUp<Made extends { state: 'signed-up' }>(answer: Made | { state: 'confirm' }): Made {
  if (answer.state !== 'signed-up') throw new Error('The address is to be confirmed.')
  return answer
}

/** The session that a sign-in opened. @throws Error when a second factor is asked for instead */
export function opened(answer: Awaited<ReturnType<typeof signIn>>) {
  if (answer.state !== 'signed-in') throw new Error('A second factor is asked for.')
  return answer
}
