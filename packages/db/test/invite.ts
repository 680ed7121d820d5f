import {
  inviteStaff as staff,
  invitePatientLogin as patientLogin,
  type IssuedInvitation,
} from '../src/identity/invite.ts'

type WithToken = IssuedInvitation & { token: string }

/** As the verbs of these names on a server that sends no mail: whoever invites gets the token. */
export const inviteStaff = async (...asked: Parameters<typeof staff>) => withToken(await staff(...asked))
export const invitePatientLogin = async (...asked: Parameters<typeof patientLogin>) =>
  withToken(await patientLogin(...asked))

function withToken({ token, ...rest }: IssuedInvitation): WithToken {
  if (token === null) throw new Error('The invitation went by mail.')
  return { ...rest, token }
}
