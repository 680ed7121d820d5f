import { OptimisticLockError } from '@mikro-orm/core'
import { violatedConstraint } from '../database/sql-state.ts'
import { transact, transactAsSystem } from '../database/transact.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import { normaliseEmail } from '../identity/email.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, invalid, notFound, staleVersion } from '../kernel/errors.ts'
import { given } from '../kernel/given.ts'
import { normalisePhone } from '../patients/phone.ts'
import { authorizeHospital } from '../policy/authorize-platform.ts'
import { Hospital } from './hospital.entity.ts'
import { isTimeZone } from './time-zone.ts'

export interface UpdateHospitalInput {
  hospitalId: string
  /** The version that was read; another one in the meantime is `stale_version`. */
  version: number
  name?: string | undefined
  timeZone?: string | undefined
  street?: string | null | undefined
  postalCode?: string | null | undefined
  city?: string | null | undefined
  region?: string | null | undefined
  country?: string | null | undefined
  phone?: string | null | undefined
  email?: string | null | undefined
  website?: string | null | undefined
  specialities?: string[] | undefined
}

/** Changes what is given and nothing else. @throws DomainError `stale_version`, `conflict` for a name or address in use */
export async function updateHospital(ctx: Ctx, input: UpdateHospitalInput): Promise<{ version: number }> {
  const { hospitalId, version, phone, email, ...fields } = input
  const { isPlatform } = await authorizeHospital(
    ctx,
    { staff: 'hospital.update', platform: 'platform.hospital.update' },
    hospitalId,
  )
  if (fields.timeZone !== undefined && !isTimeZone(fields.timeZone)) {
    throw invalid('timeZone', 'an IANA time zone such as Europe/Vienna')
  }
  const contact = contactColumns(ctx.db.keys, hospitalId, { phone, email })
  const write = isPlatform ? transactAsSystem : transact
  return write(ctx, async (tx) => {
    const hospital = await tx.em.findOne(Hospital, { id: hospitalId, closedAt: null })
    if (!hospital) throw notFound('hospital')
    if (hospital.version !== version) throw staleVersion('hospital')
    tx.em.assign(hospital, { ...given(fields), ...contact })
    try {
      await tx.em.flush()
    } catch (error) {
      throw updateError(error)
    }
    tx.audit({
      hospitalId,
      action: isPlatform ? 'platform.hospital.update' : 'hospital.update',
      resource: { type: 'hospital', id: hospitalId },
      patientIds: [],
      changed: Object.keys(given(input)).filter((field) => field !== 'hospitalId' && field !== 'version'),
    })
    return { version: hospital.version }
  })
}

function contactColumns(
  keys: KeyRing,
  id: string,
  { phone, email }: Pick<UpdateHospitalInput, 'phone' | 'email'>,
): Partial<Pick<Hospital, 'phoneCipher' | 'emailCipher' | 'emailIndex'>> {
  const seal = (column: string, value: string) => keys.encrypt(value, { table: 'hospital', column, id })
  const address = email === undefined || email === null ? email : normaliseEmail(email)
  return {
    ...(phone === undefined ? {} : { phoneCipher: phone === null ? null : seal('phone', normalisePhone(phone)) }),
    ...(address === undefined
      ? {}
      : {
          emailCipher: address === null ? null : seal('email', address),
          emailIndex: address === null ? null : keys.blindIndex('email', address),
        }),
  }
}

function updateError(error: unknown): unknown {
  if (error instanceof OptimisticLockError) return staleVersion('hospital')
  switch (violatedConstraint(error)) {
    case 'hospital_name_unique':
      return new DomainError('conflict', 'A hospital of this name is signed up already.', { field: 'name' })
    case 'hospital_email_index_unique':
      return new DomainError('conflict', 'Another hospital has this e-mail address.', { field: 'email' })
    default:
      return error
  }
}
