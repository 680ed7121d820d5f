import { type DeclaredProcedure } from '@chartwire/api/testing/procedures'
import {
  type Action,
  onlookerPermissions,
  patientPermissions,
  platformPermissions,
  type Reach,
  staffPermissions,
} from '@chartwire/db'
import type { Relationship, Role } from '../world/world.ts'

export type Outcome = 'unauthenticated' | 'forbidden' | 'not_found' | 'allowed'

export interface Case {
  procedure: DeclaredProcedure
  role: Role
  relationship: Relationship
  /** Whether the input names what the relationship is to; without, all are the same call. */
  isNaming: boolean
}

/** How near one must be for each reach. */
const within: Readonly<Record<Reach | 'platform', readonly Relationship[]>> = {
  platform: ['care-team', 'same-hospital', 'other-hospital'],
  hospital: ['care-team', 'same-hospital'],
  'care-team': ['care-team'],
  // Who acts for the patient of the first ward is as near as one gets.
  self: ['care-team'],
}

/**
 * What the policy's table says of a call: what a role may never do is forbidden, whatever it names; what is beyond its
 * reach is not there; else it is allowed, whatever comes of it.
 */
export function expected(one: Case): Outcome {
  const isOpen = [one.procedure.meta?.permission].flat().includes('public')
  const deviation = one.role === 'nobody' || isOpen ? undefined : deviations[one.procedure.path]?.(one)
  return deviation ?? byTable(one)
}

export function byTable({ procedure, role, relationship, isNaming }: Case): Outcome {
  const permissions = [procedure.meta?.permission ?? []].flat()
  if (permissions.includes('public')) return 'allowed'
  if (role === 'nobody') return 'unauthenticated'
  if (permissions.includes('signed-in')) return 'allowed'
  const reaches = permitted(role, procedure)
  if (reaches.length === 0) return 'forbidden'
  if (!isNaming) return 'allowed'
  return reaches.some((reach) => within[reach].includes(relationship)) ? 'allowed' : 'not_found'
}

/** Whether a call may speak of whoever is in the hospital. */
export function reachesHospital({ procedure, role }: Case): boolean {
  return permitted(role, procedure).includes('hospital')
}

const tables = { ...staffPermissions, patient: patientPermissions, onlooker: onlookerPermissions }

function permitted(role: Role, { meta }: DeclaredProcedure): (Reach | 'platform')[] {
  const permissions = [meta?.permission ?? []].flat() as Action[]
  if (role === 'nobody') return []
  if (role === 'platform') return permissions.some((action) => platformPermissions.has(action)) ? ['platform'] : []
  return permissions.flatMap((permission) => tables[role][permission] ?? [])
}

const actsForPatient = (role: Role) => role === 'patient' || role === 'onlooker'

type Deviation = (one: Case) => Outcome | undefined

const staffOnly: Deviation = ({ role }) => (actsForPatient(role) ? 'forbidden' : undefined)
/** Patients act for one patient: no ward is theirs. */
const noWard: Deviation = ({ role }) => (actsForPatient(role) ? 'not_found' : undefined)
/** Narrows a list, which holds what one may see and no more. */
const filter = (one: Case): Outcome | undefined =>
  permitted(one.role, one.procedure).length > 0 ? 'allowed' : undefined
/** May be asked for by these, of what the sample names only in vain: it is none, or somebody else's. */
const inVain = (one: Case): Outcome | undefined =>
  permitted(one.role, one.procedure).length > 0 ? 'not_found' : undefined
/** What the sample asks for is for the staff, also of a patient who may ask for less. */
const patientsMayNot: Deviation = ({ role, relationship }) =>
  role === 'patient' && relationship === 'care-team' ? 'forbidden' : undefined
/** A nurse changes the visits that are the nurse's own; the sample is a doctor's. */
const ownVisit: Deviation = ({ role, relationship }) =>
  role === 'nurse' && relationship === 'care-team' ? 'forbidden' : undefined
/** A doctor's calendar is the doctor's own; the sample names a colleague's. */
const colleagues: Deviation = ({ role, relationship }) =>
  role === 'doctor' && relationship === 'care-team' ? 'not_found' : undefined
/** Of one's own login, which has none such as the sample names. */
const notOwn: Deviation = () => 'not_found'
/** Where nobody is appointed, the administrators watch over privacy, and nobody else. */
const officer: Deviation = ({ role }) => (role === 'hospital_admin' ? undefined : 'forbidden')
/** What hospitals publish about themselves, to whoever has a login: only what is not there is not found. */
const published: Deviation = ({ relationship }) => (relationship === 'absent' ? 'not_found' : undefined)
/** Programs, and those who never set one, have no password to change. */
const withPassword: Deviation = ({ role }) => (role === 'gateway' || role === 'platform' ? 'forbidden' : undefined)

/** Where a procedure says more than its permission does. An entry that changes nothing is a mistake, and fails. */
export const deviations: Readonly<Record<string, Deviation>> = {
  'alarms.watch': staffOnly,
  'appointments.block': colleagues,
  'appointments.book': colleagues,
  'appointments.cancel': colleagues,
  'appointments.change': colleagues,
  // Whom a patient may be booked with is whoever works where there is a file.
  'appointments.freeSlots': (one) =>
    one.role === 'patient' && one.relationship === 'same-hospital' ? 'allowed' : colleagues(one),
  'appointments.note': colleagues,
  'appointments.reschedule': colleagues,
  'appointments.setStatus': colleagues,
  'audit.list': (one) => officer(one) ?? filter(one),
  'audit.whoReadMe': filter,
  'breakGlass.acknowledge': officer,
  'breakGlass.close': inVain,
  'breakGlass.endOfficer': inVain,
  'breakGlass.list': (one) => officer(one) ?? filter(one),
  'breakGlass.review': officer,
  'breakGlass.revoke': officer,
  'breakGlass.watch': officer,
  'cases.active': (one) => staffOnly(one) ?? filter(one),
  'devices.list': staffOnly,
  // As of a colleague's patients.
  'doctors.appointed': (one) =>
    staffOnly(one) ?? (permitted(one.role, one.procedure).includes('care-team') ? 'not_found' : undefined),
  'doctors.hospitals': published,
  'doctors.list': filter,
  'doctors.listed': published,
  // Of a colleague's patients only the administrators have a list; the sample names a colleague.
  'doctors.patients': (one) =>
    staffOnly(one) ?? (permitted(one.role, one.procedure).includes('care-team') ? 'not_found' : undefined),
  'hospitals.invitations': filter,
  'hospitals.revokeInvitation': inVain,
  'hospitals.staff': filter,
  'identity.changeEmail': withPassword,
  'identity.changePassword': withPassword,
  'identity.endSession': notOwn,
  'mfa.removePasskey': notOwn,
  'mfa.removeTotp': notOwn,
  'mfa.renamePasskey': notOwn,
  'patientAccess.leave': notOwn,
  'patients.erasures': filter,
  // That a login is the patient is for the staff to say.
  'patients.inviteLogin': patientsMayNot,
  'patients.list': filter,
  'patients.merge': inVain,
  'patients.search': filter,
  'patients.unmerge': inVain,
  // Whose name it is, and when they were born, is the hospital's to say.
  'patients.update': patientsMayNot,
  // A patient's own limits are the doctors', the hospital's the administrators'.
  'thresholds.set': ({ role }) => (role === 'hospital_admin' ? 'forbidden' : undefined),
  'users.list': filter,
  'visits.setFollowUp': ownVisit,
  'visits.update': ownVisit,
  'visits.withdraw': ownVisit,
  // Each reading has an outcome of its own, the same for whom one may not see and who does not exist.
  'vitals.record': filter,
  'vitals.ward': noWard,
  'vitals.watchWard': noWard,
}
