import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdTransaction } from '../../test/held-transaction.ts'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { invitePatientLogin } from '../../test/invite.ts'
import { type Visitor, visitor } from '../../test/visits.ts'
import { setThreshold } from '../alarms/threshold-verbs.ts'
import { openBreakGlass } from '../break-glass/open-break-glass.ts'
import { assignCareTeam } from '../care-team/care-team.ts'
import { giveDirective } from '../consent/give-directive.ts'
import { assignDevice, registerDevice } from '../devices/devices.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { offerRegistration } from '../registrations/registrations.ts'
import { assessSymptoms } from '../symptom-checks/assess-symptoms.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const admin = () => hospital.as(hospital.admin)
const denial = { effect: 'deny', purposes: ['treatment'] } as const
const answer = {
  engine: 'test',
  version: '1',
  level: 'soon',
  flags: [],
  advice: [],
  setAside: [],
  notUnderstood: [],
} as const
const staffWrites: readonly [what: string, write: (patientId: string) => Promise<unknown>][] = [
  [
    'a place on the team',
    (patientId) => assignCareTeam(admin(), { membershipId: membershipOf(hospital.nurse), charge: { patientId } }),
  ],
  [
    'an invitation',
    (patientId) => invitePatientLogin(admin(), { patientId, email: `${uuidv7()}@example.org`, relation: 'child' }),
  ],
  [
    'limits',
    (patientId) =>
      setThreshold(hospital.as(hospital.doctor), {
        patientId,
        parameter: 'heartRate',
        level: 'warning',
        low: 50,
        high: 120,
        exitMargin: 2,
        dwellSeconds: 0,
      }),
  ],
  [
    'a device',
    async (patientId) => {
      const { id: deviceId } = await registerDevice(admin(), { serial: uuidv7(), kind: 'bedside_monitor' })
      return assignDevice(admin(), { deviceId, patientId })
    },
  ],
  [
    'a written directive',
    (patientId) =>
      giveDirective(admin(), {
        ...denial,
        patientId,
        recipient: { kind: 'hospital', hospitalId: hospital.hospitalId },
        reference: 'Folder 7',
      }),
  ],
  [
    'a break-glass',
    async (patientId) => {
      const nurse = await hospital.hire('nurse')
      return openBreakGlass(hospital.as(nurse), {
        patient: { patientId },
        reason: 'emergency',
        explanation: 'Collapsed',
      })
    },
  ],
]
const patientWrites: readonly [what: string, write: (self: Visitor) => Promise<unknown>][] = [
  [
    'a directive',
    ({ ctx, patientId }) => giveDirective(ctx, { ...denial, patientId, recipient: { kind: 'everybody' } }),
  ],
  [
    'a symptom check',
    ({ ctx, patientId }) =>
      assessSymptoms(ctx, { patientId, text: 'My ear hurts' }, async () => ({
        ...answer,
        flags: [],
        advice: [],
        setAside: [],
        notUnderstood: [],
      })),
  ],
  ['an offer to be registered', ({ ctx }) => offerRegistration(ctx)],
]

/** The file is erased by somebody who has not committed yet. */
async function erasing(patientId: string) {
  const held = await holdTransaction(hospital.url)
  await held.sql({ text: 'update registration set removed_at = now() where patient_id = $1', values: [patientId] })
  await held.sql({
    text: `insert into erasure (id, hospital_id, patient_id, erased_by, erased_at, reason_cipher, report)
           values ($1, $2, $3, 'test', now(), '', '{}')`,
    values: [uuidv7(), hospital.hospitalId, patientId],
  })
  return held
}

const absent = { code: 'not_found', details: { resource: 'patient' } }

describe('what is written for a file that goes in the same moment waits, and is not written', () => {
  it.each(staffWrites)('%s', async (_, write) => {
    const { patientId } = await visitor(hospital)
    await assignCareTeam(admin(), { membershipId: membershipOf(hospital.doctor), charge: { patientId } })
    await using going = await erasing(patientId)
    const written = write(patientId)
    await Promise.race([going.isWaitedFor(), written])
    await going.commit()
    await expect(written).rejects.toMatchObject(absent)
  })

  it.each(patientWrites)('%s of the patient’s own', async (_, write) => {
    const self = await visitor(hospital)
    await using going = await erasing(self.patientId)
    const written = write(self)
    await Promise.race([going.isWaitedFor(), written])
    await going.commit()
    await expect(written).rejects.toMatchObject(absent)
  })

  it('a directive of the patient’s own, when the file goes into another', async () => {
    const [gone, stays] = [await visitor(hospital), await visitor(hospital)]
    await using merging = await holdTransaction(hospital.url)
    await merging.sql({
      text: 'select 1 from registration where patient_id = any($1) for update',
      values: [[gone.patientId, stays.patientId]],
    })
    await merging.sql({
      text: `insert into patient_merge (id, hospital_id, patient_id, merged_id, reason_cipher, merged_by, merged_at)
             values ($1, $2, $3, $4, '', 'test', now())`,
      values: [uuidv7(), hospital.hospitalId, stays.patientId, gone.patientId],
    })
    const recipient = { kind: 'everybody' } as const
    // Heard from the beginning: it may be refused before the commit has come back.
    const directed = { ...denial, patientId: gone.patientId, recipient }
    const refusal = giveDirective(gone.ctx, directed).catch((error: unknown) => error)
    await merging.isWaitedFor()
    await merging.commit()
    expect(await refusal).toMatchObject(absent)
  })
})
