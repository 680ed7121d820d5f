import { Secret, TOTP } from 'otpauth'
import {
  acceptInvitation,
  type Actor,
  actorOf,
  anonymous,
  completeSignIn,
  confirmTotp,
  type Ctx,
  enrolTotp,
  type Proof,
  type RelyingParty,
  signIn,
  type StaffRole,
  uuidv7,
} from '../src/index.ts'
import { type TestHospital, testPassword } from './hospital.ts'
import { inviteStaff } from './invite.ts'

export const relyingParty: RelyingParty = { id: 'chartwire.example', origins: ['https://chartwire.example'] }

/** A member of staff as a person signs in, with what they know and carry. */
export class Login {
  readonly #hospital: TestHospital
  readonly email = `${uuidv7()}@example.org`
  secret = ''
  recoveryCodes: string[] = []
  token = ''

  private constructor(hospital: TestHospital) {
    this.#hospital = hospital
  }

  /** Joins the hospital and signs in. */
  static async join(hospital: TestHospital, role: Exclude<StaffRole, 'gateway'> = 'nurse'): Promise<Login> {
    const login = new Login(hospital)
    // By whoever proves to be an administrator at the time of the test's clock.
    const { token } = await inviteStaff(await freshAdmin(hospital), { email: login.email, role })
    await acceptInvitation(hospital.as(anonymous), { token, name: `Test ${role}`, password: testPassword })
    await login.signIn()
    return login
  }

  firstStep(userAgent: string | null = null) {
    return signIn(this.#hospital.as(anonymous), { email: this.email, password: testPassword, userAgent })
  }

  /** Both steps; the second with the next code of the app unless another proof is given. */
  async signIn(proof?: Exclude<Proof, { method: 'password' }>): Promise<void> {
    const first = await this.firstStep()
    if (first.state === 'signed-in') this.token = first.token
    else {
      const second = proof ?? { method: 'totp', code: this.nextCode() }
      this.token = (
        await completeSignIn(this.#hospital.as(anonymous), {
          ticket: first.ticket,
          proof: second,
          userAgent: null,
          relyingParty,
        })
      ).token
    }
  }

  /** The code of a time step that was not used yet: waits for it, by the test's clock. */
  nextCode(): string {
    this.#hospital.clock.advance(31)
    return this.code()
  }

  code(): string {
    return codeOf(this.secret, this.#hospital.clock.now)
  }

  async actor(): Promise<Actor> {
    const session = await this.#hospital.db.sessions.findFresh(this.token)
    if (!session) throw new Error('The session is over.')
    return actorOf(session, null)
  }

  async ctx(): Promise<Ctx> {
    return this.#hospital.as(await this.actor())
  }

  /** Sets an authenticator app up, and goes on with the new token. */
  async addTotp(): Promise<void> {
    const { secret } = await enrolTotp(await this.ctx())
    this.secret = secret
    const { session, recoveryCodes } = await confirmTotp(await this.ctx(), { code: this.nextCode() })
    this.token = session.token
    if (recoveryCodes) this.recoveryCodes = recoveryCodes
  }
}

export function codeOf(secret: string, at: Date): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at.getTime() })
}

/** The hospital's administrator with a proof of now, whatever the clock was turned to. */
export async function freshAdmin(hospital: TestHospital): Promise<Ctx> {
  if (hospital.admin.kind !== 'user') throw new Error('No administrator.')
  const { db, clock } = hospital
  const { token } = await db.sessions.open({
    userId: hospital.admin.userId,
    kind: 'person',
    userAgent: null,
    now: clock.now,
  })
  const session = await db.sessions.findFresh(token)
  if (!session) throw new Error('No session.')
  return hospital.as(actorOf(session, null))
}
