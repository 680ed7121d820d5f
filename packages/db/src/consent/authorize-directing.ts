import type { Ctx } from '../kernel/context.ts'
import { DomainError, invalid } from '../kernel/errors.ts'
import { authorize } from '../policy/authorize.ts'
import type { directiveBases } from './consent-directive.entity.ts'

/** On whose word a directive is given or withdrawn. */
export interface Word {
  basis: (typeof directiveBases)[number]
  /** The hospital whose staff records it, which may speak for no other hospital. */
  hospitalId: string | null
  /** Where the signed paper is. */
  reference: string | null
}

/**
 * The patient, a parent or a guardian directs by their own login; staff only on the patient's written word, and only what
 * concerns their own hospital.
 *
 * @throws DomainError `invalid` when staff does not say where the paper is, or a login says that there is one
 */
export async function authorizeDirecting(ctx: Ctx, patientId: string, reference: string | undefined): Promise<Word> {
  const access = await authorize(ctx, 'consent.give', { type: 'patient', id: patientId })
  if (access.reach !== 'self') {
    if (reference === undefined) throw invalid('reference', 'where the signed paper is')
    return { basis: 'written', hospitalId: access.hospitalId, reference }
  }
  if (reference !== undefined) throw invalid('reference', 'left out by who directs by their own login')
  const capacity = ctx.actor.kind === 'user' ? ctx.actor.capacity : null
  const isPatient = capacity?.as === 'patient' && capacity.relation === 'self'
  return { basis: isPatient ? 'patient' : 'representative', hospitalId: null, reference: null }
}

/** A hospital's staff records what its patients say of that hospital; of others and of everybody they speak themselves. */
export function assertConcerns({ hospitalId }: Word, recipientHospitalId: string | null): void {
  if (hospitalId === null || hospitalId === recipientHospitalId) return
  throw new DomainError('invalid', 'recipient: within the hospital you act in.', {
    field: 'recipient',
    expected: 'within the hospital you act in',
  })
}
