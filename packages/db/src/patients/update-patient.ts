import { OptimisticLockError } from '@mikro-orm/core'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { forbidden, notFound, staleVersion } from '../kernel/errors.ts'
import { given } from '../kernel/given.ts'
import { actorKey } from '../policy/actor.ts'
import { type Access, authorize } from '../policy/authorize.ts'
import { assertBegunAt } from './birth-date.ts'
import {
  agreementColumns,
  clinicalFields,
  type ClinicalFields,
  contactFields,
  type ContactFields,
  sealFields,
} from './patient-fields.ts'
import { Patient, type sexes } from './patient.entity.ts'

export interface UpdatePatientInput extends ContactFields, ClinicalFields {
  patientId: string
  /** The version that was read; another one in the meantime is `stale_version`. */
  version: number
  givenName?: string | undefined
  familyName?: string | undefined
  birthDate?: string | undefined
  sex?: (typeof sexes)[number] | undefined
}

/**
 * Changes what is given and nothing else. Clinical fields are for clinicians alone; the patient, and who stands in for
 * the patient, keep up how the patient is reached.
 *
 * @throws DomainError `stale_version`
 */
export async function updatePatient(ctx: Ctx, input: UpdatePatientInput): Promise<{ version: number }> {
  const { patientId, version, ...fields } = input
  const access = await authorize(ctx, 'patient.update', { type: 'patient', id: patientId })
  assertMayChange(access, fields)
  const { givenName, familyName, birthDate, sex } = fields
  if (birthDate !== undefined && access.reach !== 'self') {
    await assertBegunAt(ctx.sql, { hospitalId: access.hospitalId, birthDate, now: ctx.now() })
  }
  const sealed = sealFields(ctx.db.keys, patientId, fields)
  return transact(ctx, async (tx) => {
    const patient = await tx.em.findOne(Patient, { id: patientId })
    if (!patient) throw notFound('patient')
    if (patient.version !== version) throw staleVersion('file')
    if (givenName !== undefined) patient.givenName = givenName
    if (familyName !== undefined) patient.familyName = familyName
    if (birthDate !== undefined) patient.birthDate = birthDate
    if (sex !== undefined) patient.sex = sex
    const agreement = agreementColumns(fields.agreesToWhatsApp, {
      holds: patient.whatsappAgreedAt !== null,
      isNewNumber: sealed.phoneIndex !== undefined && !isSameIndex(patient.phoneIndex, sealed.phoneIndex),
      recordedBy: actorKey(ctx.actor),
      at: ctx.now(),
    })
    Object.assign(patient, sealed, agreement)
    try {
      await tx.em.flush()
    } catch (error) {
      throw error instanceof OptimisticLockError ? staleVersion('file') : error
    }
    if (birthDate !== undefined) {
      await tx.sql({
        text: 'update patient_monitor set birth_date = $2 where patient_id = $1',
        values: [patientId, birthDate],
      })
    }
    tx.audit({
      hospitalId: access.hospitalId,
      action: 'patient.update',
      resource: { type: 'patient', id: patientId },
      patientIds: [patientId],
      changed: Object.keys(given(fields)),
    })
    return { version: patient.version }
  })
}

function assertMayChange(access: Access, fields: object): void {
  const asked = Object.keys(given(fields))
  const isOneOf = (names: readonly string[]) => (field: string) => names.includes(field)
  if (access.reach === 'self') {
    if (!asked.every(isOneOf(contactFields))) throw forbidden()
  } else if (access.reach === 'hospital' && asked.some(isOneOf(clinicalFields))) throw forbidden()
}

function isSameIndex(one: Uint8Array | null | undefined, other: Uint8Array | null): boolean {
  return one === null || one === undefined || other === null ? one === other : Buffer.from(one).equals(other)
}
