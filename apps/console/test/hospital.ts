import { randomUUID } from 'node:crypto'
import { type Client, createClient, type Inputs, memorySession } from '@chartwire/sdk'

const password = 'correct horse battery staple'
type Values = Omit<Inputs['vitals']['record']['readings'][number], 'patientId' | 'mrn' | 'at'>

export interface Login {
  email: string
  password: string
  membershipId: string
}

/** A hospital with one ward, a nurse on its care team and some patients. */
export interface Hospital {
  admin: Client
  wardId: string
  nurse: Login
  patientIds: string[]
  /** A nurse of her own for a test that takes her rights away. */
  hire: () => Promise<Login>
  /** Sends the values as measured now, or at the ages given, in seconds. */
  measure: (patientId: string, values: Values, ages?: readonly number[]) => Promise<void>
  close: () => void
}

export async function openHospital(url: string, { patients }: { patients: number }): Promise<Hospital> {
  const admin = createClient({ url })
  const login = { email: `${randomUUID()}@example.org`, password }
  await admin.api.hospitals.signUp.mutate({
    hospital: { name: `Test ${randomUUID()}`, timeZone: 'Europe/Vienna' },
    admin: { name: 'Ada Admin', ...login },
  })
  await admin.auth.signIn(login)
  const { id: wardId } = await admin.api.hospitals.createWard.mutate({ name: 'Ward 3 West' })

  const hire = async (): Promise<Login> => {
    const email = `${randomUUID()}@example.org`
    const { token } = await admin.api.hospitals.invite.mutate({ email, role: 'nurse' })
    if (token === null) throw new Error('The invitation went by mail.')
    await admin.api.identity.acceptInvitation.mutate({ token, name: 'Nora Nurse', password })
    const nurse = createClient({ url })
    await nurse.auth.signIn({ email, password })
    const [capacity] = (await nurse.auth.me()).capacities
    nurse.close()
    if (!capacity) throw new Error('The nurse has no capacity.')
    await admin.api.careTeam.assign.mutate({ membershipId: capacity.id, charge: { wardId } })
    return { email, password, membershipId: capacity.id }
  }

  const admit = async (bed: number): Promise<string> => {
    const { id } = await admin.api.patients.register.mutate({
      givenName: 'Wilhelmina',
      familyName: bed === 1 ? 'Okafor' : `Featherstonehaugh-${bed}`,
      birthDate: '1966-03-14',
      sex: 'female',
      confirmDistinct: true,
    })
    await admin.api.admissions.admit.mutate({ patientId: id, wardId, bed: String(bed) })
    return id
  }
  const patientIds = await Promise.all(Array.from({ length: patients }, (_, index) => admit(index + 1)))
  const { token } = await admin.api.hospitals.createGateway.mutate({ name: 'Gateway' })
  const gateway = createClient({ url, session: memorySession(token) })
  return {
    admin,
    wardId,
    nurse: await hire(),
    patientIds,
    hire,
    measure: async (patientId, values, ages = [0]) => {
      const readings = ages.map((age) => ({ patientId, at: Date.now() - age * 1_000, ...values }))
      await gateway.api.vitals.record.mutate({ readings })
    },
    close: () => {
      admin.close()
      gateway.close()
    },
  }
}
