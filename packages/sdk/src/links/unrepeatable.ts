/**
 * Mutations whose answer is a secret or that use up what they take, so that the server keeps none to give again: a second
 * try after a lost answer would make a second credential, or fail. A test holds this list against what the procedures declare.
 */
export const unrepeatable: ReadonlySet<string> = new Set([
  'hospitals.createGateway',
  'identity.changePassword',
  'identity.resetPassword',
  'identity.signIn',
  'registrations.offer',
])
