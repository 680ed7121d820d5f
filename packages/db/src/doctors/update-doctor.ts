import { OptimisticLockError } from '@mikro-orm/core'
import { violatedConstraint } from '../database/sql-state.ts'
import { transact } from '../database/transact.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound, staleVersion } from '../kernel/errors.ts'
import { normalisePhone } from '../patients/phone.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import type { LabContact } from './doctor.queries.ts'
import { DoctorProfile, type Qualification } from './doctor-profile.entity.ts'

export interface UpdateOwnDoctorInput {
  /** The version that was read; another one in the meantime is `stale_version`. */
  version: number
  specialities?: string[] | undefined
  bio?: string | null | undefined
  qualifications?: Qualification[] | undefined
  shift?: { start: string; end: string } | null | undefined
  labContacts?: LabContact[] | undefined
  aiEnabled?: boolean | undefined
  isAvailable?: boolean | undefined
}

/** What a hospital vouches for is its administrators' to say. */
export interface UpdateDoctorInput extends UpdateOwnDoctorInput {
  membershipId: string
  licenceNumber?: string | null | undefined
  designation?: string | null | undefined
}

/** Changes one's own profile as a doctor: what is given and nothing else. */
export async function updateOwnDoctor(ctx: Ctx, input: UpdateOwnDoctorInput): Promise<{ version: number }> {
  const { hospitalId, membershipId } = await authorizeStaff(ctx, 'doctor.update-own', { type: 'hospital' })
  return update(ctx, { hospitalId, input: { ...input, membershipId } })
}

/** Changes a doctor's profile, licence and designation included. @throws DomainError `licence_taken`, `stale_version` */
export async function updateDoctor(ctx: Ctx, input: UpdateDoctorInput): Promise<{ version: number }> {
  const { hospitalId } = await authorizeStaff(ctx, 'doctor.update', { type: 'hospital' })
  return update(ctx, { hospitalId, input })
}

function update(
  ctx: Ctx,
  { hospitalId, input }: { hospitalId: string; input: UpdateDoctorInput },
): Promise<{ version: number }> {
  const { membershipId, version, ...fields } = input
  return transact(ctx, async (tx) => {
    const profile = await tx.em.findOne(DoctorProfile, { membershipId, hospitalId })
    // Locked: whose place ends in this moment is no doctor any more.
    const practising = await tx.sql({
      text: `select 1 from membership where id = $1 and role = 'doctor' and ended_at is null for share`,
      values: [membershipId],
    })
    if (!profile || practising.length === 0) throw notFound('doctor')
    if (profile.version !== version) throw staleVersion('profile')
    assign(profile, fields, ctx.db.keys)
    try {
      await tx.em.flush()
    } catch (error) {
      if (error instanceof OptimisticLockError) throw staleVersion('profile')
      if (violatedConstraint(error) === 'doctor_licence_uq') {
        throw new DomainError('licence_taken', 'Another doctor of the hospital has this licence number.', {
          field: 'licenceNumber',
        })
      }
      throw error
    }
    tx.audit({
      hospitalId,
      action: 'doctor.update',
      resource: { type: 'membership', id: membershipId },
      patientIds: [],
      changed: Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [] : [field])),
    })
    return { version: profile.version }
  })
}

function assign(
  profile: DoctorProfile,
  fields: Omit<UpdateDoctorInput, 'membershipId' | 'version'>,
  keys: KeyRing,
): void {
  const seal = (column: string, value: string) =>
    keys.encrypt(value, { table: 'doctor_profile', column, id: profile.id })
  const { specialities, bio, qualifications, shift, labContacts, aiEnabled, isAvailable } = fields
  const { licenceNumber, designation } = fields
  if (specialities !== undefined) profile.specialities = [...new Set(specialities)]
  if (bio !== undefined) profile.bio = bio
  if (qualifications !== undefined) profile.qualifications = qualifications
  if (shift !== undefined) {
    profile.shiftStart = shift?.start ?? null
    profile.shiftEnd = shift?.end ?? null
  }
  if (labContacts !== undefined) {
    const normal = labContacts.map(({ name, phone }) => ({ name, phone: normalisePhone(phone) }))
    profile.labContactsCipher = normal.length === 0 ? null : seal('lab_contacts', JSON.stringify(normal))
  }
  if (aiEnabled !== undefined) profile.aiEnabled = aiEnabled
  if (isAvailable !== undefined) profile.isAvailable = isAvailable
  if (licenceNumber !== undefined) {
    profile.licenceCipher = licenceNumber === null ? null : seal('licence', licenceNumber)
    profile.licenceIndex =
      licenceNumber === null ? null : keys.blindIndex('licence', licenceNumber.replace(/[\s./-]/g, '').toUpperCase())
  }
  if (designation !== undefined) profile.designation = designation
}
