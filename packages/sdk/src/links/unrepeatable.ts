/**
 * Mutations whose answer is a secret or that use up what they take, so that the server keeps none to give again: a second
 * try after a lost answer would make a second credential, or fail. A test holds this list against what the procedures declare.
 */
export const unrepeatable: ReadonlySet<string> = new Set([
  'documents.open',
  'hospitals.createGateway',
  'identity.changePassword',
  'identity.completeSignIn',
  'identity.passkeySignIn',
  'identity.passkeySignInOptions',
  'identity.passkeyStepUpOptions',
  'identity.confirmAddress',
  'identity.resetPassword',
  'identity.signIn',
  'identity.stepUp',
  'mfa.confirmTotp',
  'mfa.enrolTotp',
  'mfa.passkeyOptions',
  'mfa.regenerateRecoveryCodes',
  'mfa.registerPasskey',
  'registrations.offer',
])
