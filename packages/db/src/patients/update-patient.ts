import { OptimisticLockError } from '@mikro-orm/core'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, forbidden, invalid, notFound } from '../kernel/errors.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { Patient, type sexes } from './patient.entity.ts'
import { normalisePhone } from './phone.ts'

export interface UpdatePatientInput {
  patientId: string
  /** The version that was read; another one in the meantime is `stale_version`. */
  version: number
  givenName?: string | undefined
  familyName?: string | undefined
  birthDate?: string | undefined
  sex?: (typeof sexes)[number] | undefined
  phone?: string | null | undefined
  history?: string | null | undefined
}

/** Changes what is given and nothing else. The medical history is for clinicians alone. */
export async function updatePatient(ctx: Ctx, input: UpdatePatientInput): Promise<{ version: number }> {
  const { patientId, version, ...fields } = input
  const access = await authorizeStaff(ctx, 'patient.update', { type: 'patient', id: patientId })
  if (fields.history !== undefined && access.reach !== 'care-team') throw forbidden()
  if (fields.birthDate !== undefined && Date.parse(fields.birthDate) > ctx.now().getTime()) {
    throw invalid('birthDate', 'a day that is not in the future')
  }
  const { keys } = ctx.db
  const phone = fields.phone === undefined || fields.phone === null ? fields.phone : normalisePhone(fields.phone)
  return transact(ctx, async (tx) => {
    const patient = await tx.em.findOne(Patient, { id: patientId })
    if (!patient) throw notFound('patient')
    if (patient.version !== version) throw staleVersion()
    if (fields.givenName !== undefined) patient.givenName = fields.givenName
    if (fields.familyName !== undefined) patient.familyName = fields.familyName
    if (fields.birthDate !== undefined) patient.birthDate = fields.birthDate
    if (fields.sex !== undefined) patient.sex = fields.sex
    if (phone !== undefined) {
      patient.phoneCipher =
        phone === null ? null : keys.encrypt(phone, { table: 'patient', column: 'phone', id: patientId })
      patient.phoneIndex = phone === null ? null : keys.blindIndex('phone', phone)
    }
    if (fields.history !== undefined) {
      const place = { table: 'patient', column: 'history', id: patientId }
      patient.historyCipher = fields.history === null ? null : keys.encrypt(fields.history, place)
    }
    try {
      await tx.em.flush()
    } catch (error) {
      throw error instanceof OptimisticLockError ? staleVersion() : error
    }
    if (fields.birthDate !== undefined) {
      await tx.sql({
        text: 'update patient_monitor set birth_date = $2 where patient_id = $1',
        values: [patientId, fields.birthDate],
      })
    }
    tx.audit({
      hospitalId: access.hospitalId,
      action: 'patient.update',
      resource: { type: 'patient', id: patientId },
      patientIds: [patientId],
      changed: Object.keys(fields),
    })
    return { version: patient.version }
  })
}

function staleVersion(): DomainError {
  return new DomainError('stale_version', 'Somebody changed this file meanwhile; read it again.', { field: 'version' })
}
