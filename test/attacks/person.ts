import { testPassword } from '@chartwire/db/testing/hospital'
import { codeOf, Login } from '@chartwire/db/testing/login'
import type { PersonalRole } from '../world/people.ts'
import type { Answer } from '../world/answer.ts'
import { type Attacker, dataOf } from './attacker.ts'

const stepMs = 30_000

/** A member of staff who signs in over the wire, with what they know and carry. */
export class Person {
  readonly #attacker: Attacker
  readonly email: string
  userId = ''
  membershipId = ''
  secret = ''
  recoveryCodes: string[] = []
  token: string

  private constructor(attacker: Attacker, { email, token }: Login) {
    this.#attacker = attacker
    this.email = email
    this.token = token
  }

  static async join(attacker: Attacker, role: PersonalRole = 'nurse'): Promise<Person> {
    const person = new Person(attacker, await Login.join(attacker.world.server.hospital, role))
    const { user, capacities } = dataOf(await person.call('identity.me')) as {
      user: { id: string }
      capacities: { id: string }[]
    }
    person.userId = user.id
    person.membershipId = capacities[0]?.id ?? ''
    return person
  }

  call(path: string, input?: unknown, token: string = this.token): Promise<Answer> {
    return this.#attacker.call(path, input, { token })
  }

  fate(path: string, input?: unknown, token: string = this.token): Promise<string> {
    return this.#attacker.fate(path, input, { token })
  }

  /** What the app shows now, or so many half minutes from now; the server takes one either way. */
  code(steps = 0): string {
    return codeOf(this.secret, new Date(Date.now() + steps * stepMs))
  }

  /** What the app does not show, and did not just before. */
  wrongCodes(count: number): string[] {
    const shown = new Set([-2, -1, 0, 1, 2, 3].map((steps) => this.code(steps)))
    const all = Array.from({ length: count + shown.size }, (_, index) => String(index).padStart(6, '9'))
    return all.filter((code) => !shown.has(code)).slice(0, count)
  }

  /** Sets an authenticator app up; the session goes on with its new token. */
  async addTotp(): Promise<void> {
    this.secret = String(dataOf(await this.call('mfa.enrolTotp'))['secret'])
    this.#take(await this.call('mfa.confirmTotp', { code: this.code() }))
  }

  /** The first step with the password: the ticket for the second. */
  async ticket(headers: Record<string, string> = {}): Promise<string> {
    const credentials = { email: this.email, password: testPassword }
    const { state, ticket } = dataOf(await this.#attacker.call('identity.signIn', credentials, { headers }))
    if (state !== 'second-factor') throw new Error('No second factor is asked for.')
    return String(ticket)
  }

  secondStep(proof: object, ticket: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#attacker.call('identity.completeSignIn', { ticket, proof }, { headers })
  }

  /** As if the app had shown another code since the last one was used. */
  async letStepPass(): Promise<void> {
    await this.#attacker.sql('update totp_factor set last_step = null where user_id = $1', [this.userId])
  }

  /** As if they had last proved who they are longer ago than it counts. */
  async letStepUpAge(): Promise<void> {
    await this.#attacker.sql(`update session set stepped_up_at = now() - interval '11 minutes' where user_id = $1`, [
      this.userId,
    ])
  }

  /** Takes over the token, and the recovery codes, of an answer that renewed the session. */
  #take(answer: Answer): void {
    const { session, recoveryCodes } = dataOf(answer) as { session: { token: string }; recoveryCodes: string[] | null }
    this.token = session.token
    this.recoveryCodes = recoveryCodes ?? this.recoveryCodes
  }

  /** Does what renews the session, and goes on with the token it answers. */
  async renew(path: string, input: unknown): Promise<Answer> {
    const answer = await this.call(path, input)
    this.#take(answer)
    return answer
  }
}
