import {
  type Actor,
  addEntry,
  admitPatient,
  assessSymptoms,
  assignCareTeam,
  assignDevice,
  bookAppointment,
  createDepartment,
  createWard,
  giveDirective,
  listPatientAccess,
  openBreakGlass,
  openCase,
  raiseEmergency,
  recordVisit,
  registerDevice,
  registerPatient,
  sendDocument,
  staffRoles,
} from '@chartwire/db'
import { membershipOf } from '@chartwire/db/testing/hospital'
import { absentIds, type SampleIds } from '@chartwire/api/testing/sample-inputs'
import { serve, type Served, type ServeOptions } from '@chartwire/server/testing'
import { hireBy, hospitalOf, type OtherHospital, otherHospital, patientLogin, platformLogin, userOf } from './people.ts'

/** How whoever asks stands to what is asked for. */
export const relationships = ['care-team', 'same-hospital', 'other-hospital', 'absent'] as const
export type Relationship = (typeof relationships)[number]

/** In what capacity somebody asks; `nobody` has no session. */
export const roles = [...staffRoles, 'patient', 'onlooker', 'platform', 'nobody'] as const
export type Role = (typeof roles)[number]

/** One of everything, all of it about one patient, whose family name says whose it is. */
export interface Belongings {
  ids: SampleIds
  familyName: string
}

/**
 * A running server with two hospitals. Everybody on the staff of the first is on the care team of its first ward and of
 * the patient in it, whom `patient` acts for and `onlooker` may look on for; the second ward and the second hospital are others'.
 */
export interface World extends AsyncDisposable {
  server: Served
  elsewhere: OtherHospital
  actors: ReadonlyMap<Exclude<Role, 'nobody'>, Actor>
  belongings: Readonly<Record<Relationship, Belongings>>
  /** The bearer token of a role; null for nobody. */
  tokenOf: (role: Role) => Promise<string | null>
}

export async function startWorld(options: ServeOptions = {}): Promise<World> {
  const server = await serve(options)
  const { hospital } = server
  const { id: otherWard } = await createWard(hospital.as(hospital.admin), { name: 'Ward 2' })
  const stranger = await hospital.hire('doctor')
  await assignCareTeam(hospital.as(hospital.admin), {
    membershipId: membershipOf(stranger),
    charge: { wardId: otherWard },
  })
  const elsewhere = await otherHospital(hospital, 'Elsewhere')
  const foreigner = await elsewhere.hire('doctor')
  await assignCareTeam(hospital.as(elsewhere.admin), {
    membershipId: membershipOf(foreigner),
    charge: { wardId: elsewhere.wardId },
  })
  const belongings = {
    'care-team': await furnish(server, {
      admin: hospital.admin,
      doctor: hospital.doctor,
      wardId: hospital.wardId,
      familyName: 'Nahestehend',
    }),
    'same-hospital': await furnish(server, {
      admin: hospital.admin,
      doctor: stranger,
      wardId: otherWard,
      familyName: 'Andersstation',
    }),
    'other-hospital': await furnish(server, {
      admin: elsewhere.admin,
      doctor: foreigner,
      wardId: elsewhere.wardId,
      familyName: 'Fremdhaus',
    }),
    absent: { ids: absentIds(), familyName: 'Niemand' },
  }
  const actors = new Map<Exclude<Role, 'nobody'>, Actor>()
  const { patientId } = belongings['care-team'].ids
  for (const role of staffRoles) {
    const actor = role === 'gateway' ? hospital.gateway : await hospital.hire(role)
    actors.set(role, actor)
    for (const charge of [{ wardId: hospital.wardId }, { patientId }]) {
      await assignCareTeam(hospital.as(hospital.admin), { membershipId: membershipOf(actor), charge })
    }
  }
  actors.set('platform', await platformLogin(hospital))
  actors.set('patient', await patientLogin(hospital, hospital.admin, { patientId }))
  actors.set('onlooker', await patientLogin(hospital, hospital.admin, { patientId, relation: 'spouse' }))
  return {
    server,
    elsewhere,
    actors,
    belongings,
    tokenOf: async (role) => {
      const actor = role === 'nobody' ? undefined : actors.get(role)
      return actor ? server.token(actor) : null
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

interface Furnishing {
  admin: Actor
  doctor: Actor
  wardId: string
  familyName: string
}

let serials = 0

/** A patient in the ward, with one of everything. */
async function furnish({ hospital }: Served, { admin, doctor, wardId, familyName }: Furnishing): Promise<Belongings> {
  const as = hospital.as(admin)
  const serial = (serials += 1)
  const { id: patientId } = await registerPatient(as, {
    givenName: 'Maria',
    familyName,
    birthDate: '1966-03-14',
    sex: 'female',
    // One number for two files would be a likely duplicate.
    phone: `+43 660 12345${String(serial).padStart(2, '0')}`,
    history: `History of ${familyName}`,
  })
  const hospitalId = hospitalOf(admin)
  await admitPatient(as, { patientId, wardId, bed: '1' })
  const { id: deviceId } = await registerDevice(as, { serial: `S-${serial}`, kind: 'other' })
  await assignDevice(as, { deviceId, patientId })
  const membershipId = membershipOf(doctor)
  const { id: departmentId } = await createDepartment(as, { name: `Department ${familyName}` })
  const userId = userOf(doctor)
  const { id: careTeamMemberId } = await assignCareTeam(as, { membershipId, charge: { patientId } })
  const { id: alarmId } = await raiseEmergency(hospital.as(doctor), { patientId })
  const { id: appointmentId } = await bookAppointment(as, {
    patientId,
    membershipId,
    startsAt: new Date(hospital.clock.now.getTime() + 86_400_000).toISOString(),
    mode: 'in_person',
    reason: `Reason of ${familyName}`,
  })
  const { ids: directiveIds } = await giveDirective(as, {
    patientId,
    effect: 'deny',
    purposes: ['research'],
    recipient: { kind: 'hospital', hospitalId },
    reference: 'Form 1',
  })
  const { id: entryId } = await addEntry(hospital.as(doctor), { patientId, kind: 'condition', name: 'Asthma' })
  const { id: caseId } = await openCase(hospital.as(doctor), { patientId, title: 'Knee pain', kind: 'acute' })
  const { id: visitId } = await recordVisit(hospital.as(doctor), {
    patientId,
    caseId,
    kind: 'consultation',
    chiefComplaint: 'Knee pain',
    internalNote: `Among clinicians of ${familyName}`,
  })
  const parent = await patientLogin(hospital, admin, { patientId, relation: 'parent' })
  const { id: checkId } = await assessSymptoms(hospital.as(parent), { patientId, text: 'A cough' }, async () => ({
    engine: 'rules',
    version: 'test',
    level: 'unclear',
    flags: [],
    advice: [],
    setAside: [],
    notUnderstood: [],
  }))
  const [access] = await listPatientAccess(as, { patientId })
  const { id: documentId } = await sendDocument(hospital.as(doctor), {
    patientId,
    kind: 'patient-profile',
    channel: 'link',
    bytes: Buffer.from('%PDF'),
    contentType: 'application/pdf',
  })
  const bystander = await hireBy(hospital, admin, { role: 'doctor', name: `Bystander ${familyName}` })
  const { id: breakGlassId } = await openBreakGlass(hospital.as(bystander), {
    patient: { patientId },
    reason: 'emergency',
    explanation: 'Found on the stairs',
  })
  return {
    familyName,
    ids: {
      patientId,
      wardId,
      membershipId,
      deviceId,
      alarmId,
      appointmentId,
      careTeamMemberId,
      directiveId: directiveIds[0] ?? '',
      breakGlassId,
      accessId: access?.id ?? '',
      entryId,
      checkId,
      documentId,
      hospitalId,
      departmentId,
      userId,
      visitId,
      caseId,
    },
  }
}
