/**
 * The defects of the reference systems' accounts (section 1 of their description), each as something that must not happen
 * here. Those that are tested beside what they concern:
 *
 * - half accounts after a failed sign-up: packages/db/src/identity/sign-up-patient.test.ts
 * - lock-outs in one process's memory, tries told to the attacker: packages/db/src/identity/sign-in.test.ts
 * - links to any patient for the asking: packages/db/src/identity/invitations.test.ts, sign-up-patient.test.ts
 * - mappings checked, then inserted: packages/db/src/care-team/care-team.test.ts
 * - passwords kept by a fast hash with one salt, links in clear: packages/db/src/identity/passwords.test.ts
 * - doctors of a hospital found by the text of its name: packages/db/src/doctors/doctors.test.ts
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { membershipOf, type TestHospital, testPassword } from '@chartwire/db/testing/hospital'
import { grantPlatformAdmin, setUserDisabled, systemActor } from '@chartwire/db'
import { restProcedures } from '../../src/http/rest-procedures.ts'
import { type Served, serve } from '../serve.ts'

let server: Served
let hospital: TestHospital
beforeAll(async () => {
  server = await serve({ level: 'trace' })
  hospital = server.hospital
})
afterAll(() => server[Symbol.asyncDispose]())

interface Ask {
  method?: string
  token?: string
  body?: unknown
}

async function ask(path: string, { method, token, body }: Ask = {}): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${server.url}/api${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, answer: await response.json() }
}

const person = {
  givenName: 'Eve',
  familyName: 'Evil',
  birthDate: '1980-01-01',
  sex: 'female',
  email: 'eve@example.org',
  password: testPassword,
}

describe('an account', () => {
  it('does not become an administrator, a doctor or anybody’s colleague by asking', async () => {
    for (const extra of [{ role: 'admin' }, { isAdmin: true }, { hospitalName: 'General' }, { relation: 'parent' }]) {
      expect(await ask('/sign-up', { body: { ...person, ...extra } })).toMatchObject({
        status: 400,
        answer: { error: { code: 'invalid' } },
      })
    }
    const token = await server.token(hospital.admin)
    for (const role of ['platform_admin', 'admin', 'gateway']) {
      const body = { email: 'x@example.org', role }
      expect(await ask('/invitations', { token, body })).toMatchObject({ status: 400 })
      const path = `/staff/${membershipOf(hospital.nurse)}`
      expect(await ask(path, { method: 'PATCH', token, body: { role } })).toMatchObject({ status: 400 })
    }
  })

  it('opens without a session only what is meant to', () => {
    const open = restProcedures().filter(({ openapi }) => openapi.protect === false)
    expect(open.map(({ path }) => path).sort()).toEqual([
      'documents.open',
      'hospitals.signUp',
      'identity.acceptInvitation',
      'identity.completeSignIn',
      'identity.passkeySignIn',
      'identity.passkeySignInOptions',
      'identity.requestPasswordReset',
      'identity.resetPassword',
      'identity.signIn',
      'identity.signUpPatient',
      'identity.validate',
      'system.ping',
    ])
  })

  it('that is disabled is nobody’s everywhere, never a fault of the server, and cannot enable itself', async () => {
    const { actor, userId } = await hospital.signUpPerson()
    const token = await server.token(actor)
    const { userId: platformId } = await grantPlatformAdmin(hospital.as(systemActor('operator')), {
      user: 'petra@example.org',
      name: 'Petra',
    })
    const platform = await hospital.actorOfUser(platformId)
    expect(await ask('/me/profile', { method: 'PATCH', token, body: { name: 'X', disabledAt: null } })).toMatchObject({
      status: 400,
    })
    await setUserDisabled(hospital.as(platform), { userId, disabled: true })
    for (const path of ['/me', '/me/profile', '/patients', '/registrations', '/directory/doctors', '/hospitals']) {
      expect({ path, ...(await ask(path, { token })) }).toMatchObject({ path, status: 401 })
    }
    expect(await ask('/sessions/current', { token })).toEqual({ status: 200, answer: { valid: false } })
    const body = { current: testPassword, password: 'another long pass phrase' }
    expect(await ask('/me/password', { method: 'PUT', token, body })).toMatchObject({ status: 401 })
  })

  it('tells of a token only whether it is valid, and whose, and never fails for one', async () => {
    for (const token of ['nonsense', 'x'.repeat(5_000), '%00', await server.token(hospital.nurse)]) {
      expect((await ask('/sessions/current', { token })).status).toBe(200)
    }
    const token = await server.token(hospital.nurse)
    expect(await ask('/sessions/current', { token })).toMatchObject({
      answer: { valid: true, user: { name: 'Test nurse' }, capacities: [{ as: 'staff', role: 'nurse' }] },
    })
  })
})

describe('a password', () => {
  it('is taken from a body alone: in an address it is not even read, nor is it logged', async () => {
    const { actor } = await hospital.signUpPerson()
    const token = await server.token(actor)
    const next = 'a-phrase-that-nobody-logs'
    const query = new URLSearchParams({ current: testPassword, password: next })
    expect(await ask(`/me/password?${query.toString()}`, { method: 'PUT', token, body: {} })).toMatchObject({
      status: 400,
    })
    const body = { current: testPassword, password: next }
    expect(await ask('/me/password', { method: 'PUT', token, body })).toMatchObject({ status: 200 })
    expect(server.log()).not.toContain(next)
  })
})

describe('a doctor', () => {
  it('has no licence number that nobody vouched for, and cannot give themselves one', async () => {
    const token = await server.token(hospital.doctor)
    expect(await ask('/doctors/me', { token })).toMatchObject({ status: 200, answer: { licenceNumber: null } })
    const body = { version: 1, licenceNumber: 'L-1' }
    expect(await ask('/doctors/me', { method: 'PATCH', token, body })).toMatchObject({ status: 400 })
    const path = `/doctors/${membershipOf(hospital.doctor)}`
    expect(await ask(path, { method: 'PATCH', token, body })).toMatchObject({ status: 403 })
  })
})
