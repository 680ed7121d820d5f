import type { Inputs, Outputs } from '../router.ts'
import type { Session } from './session.ts'

type Step = Extract<Outputs['identity']['signIn'], { state: 'second-factor' }>

export type SecondFactorProof = Inputs['identity']['completeSignIn']['proof']
export type PasskeyRequest = Outputs['identity']['passkeySignInOptions']

export interface SecondFactorStep extends Pick<Step, 'methods' | 'expiresAt'> {
  /** Signs in; may be tried again after `credentials_wrong`, five times in all. */
  complete: (proof: SecondFactorProof) => Promise<Session>
  /** For `PublicKeyCredential.parseRequestOptionsFromJSON`, where `methods` has `passkey`. */
  passkeyOptions: () => Promise<PasskeyRequest>
}

/**
 * The password was right, and the login has a second factor:
 *
 *     catch (error) {
 *       if (!(error instanceof SecondFactorRequired)) throw error
 *       await error.complete({ method: 'totp', code: await ask(error.methods) })
 *     }
 */
export class SecondFactorRequired extends Error implements SecondFactorStep {
  override readonly name = 'SecondFactorRequired'
  readonly methods: Step['methods']
  readonly expiresAt: string
  readonly complete: SecondFactorStep['complete']
  readonly passkeyOptions: SecondFactorStep['passkeyOptions']

  constructor({ methods, expiresAt, complete, passkeyOptions }: SecondFactorStep) {
    super('This login asks for a second factor.')
    this.methods = methods
    this.expiresAt = expiresAt
    this.complete = complete
    this.passkeyOptions = passkeyOptions
  }
}
