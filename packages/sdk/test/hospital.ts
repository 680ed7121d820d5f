import { randomUUID } from 'node:crypto'
import { type Client, type ClientOptions, createClient, memorySession } from '../src/index.ts'

const password = 'correct horse battery staple'

/** A hospital of one's own on a running server, made through the SDK. */
export interface Hospital {
  wardId: string
  admin: Client
  /** On the ward's care team. */
  nurse: { email: string; password: string; token: string; capacityId: string }
  gateway: Client
  /** Registers and admits somebody. */
  admit: () => Promise<string>
  /** Signed in as the nurse. */
  asNurse: (options?: Partial<ClientOptions>) => Client
}

export async function openHospital(url: string): Promise<Hospital> {
  const admin = createClient({ url })
  const login = { email: `${randomUUID()}@example.org`, password }
  await admin.api.hospitals.signUp.mutate({
    hospital: { name: `Test ${randomUUID()}`, timeZone: 'Europe/Vienna' },
    admin: { name: 'Ada Admin', ...login },
  })
  await admin.auth.signIn(login)
  const { id: wardId } = await admin.api.hospitals.createWard.mutate({ name: 'Ward 1' })
  const email = `${randomUUID()}@example.org`
  const { token } = await admin.api.hospitals.invite.mutate({ email, role: 'nurse' })
  await admin.api.identity.acceptInvitation.mutate({ token: token ?? '', name: 'Nora Nurse', password })
  const nurse = createClient({ url })
  const session = await nurse.auth.signIn({ email, password })
  const { capacities } = await nurse.auth.me()
  const capacityId = capacities[0]?.id ?? ''
  await admin.api.careTeam.assign.mutate({ membershipId: capacityId, charge: { wardId } })
  const gateway = await admin.api.hospitals.createGateway.mutate({ name: 'Gateway' })
  return {
    wardId,
    admin,
    nurse: { email, password, token: session.token ?? '', capacityId },
    gateway: createClient({ url, session: memorySession(gateway.token) }),
    admit: async () => {
      const { id } = await admin.api.patients.register.mutate({
        givenName: 'Maria',
        familyName: 'Muster',
        birthDate: '1966-03-14',
        sex: 'female',
        confirmDistinct: true,
      })
      await admin.api.admissions.admit.mutate({ patientId: id, wardId })
      return id
    },
    asNurse: (options) => createClient({ url, session: memorySession(session.token ?? ''), ...options }),
  }
}
