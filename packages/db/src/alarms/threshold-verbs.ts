import { recordRead } from '../audit/record-read.ts'
import { sqlState } from '../database/sql-state.ts'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, invalid } from '../kernel/errors.ts'
import { holdFileOpen } from '../patients/hold-file-open.ts'
import { actorKey } from '../policy/actor.ts'
import { authorize, authorizeStaff } from '../policy/authorize.ts'
import { Threshold } from './alarm.entity.ts'
import { type Threshold as Limits, thresholdProblem, type ThresholdProblem } from './thresholds.ts'

export interface ThresholdListRow extends Limits {
  id: string
  patientId: string | null
  effectiveFrom: string
  effectiveUntil: string | null
  setBy: string
}

/** The limits that hold now or later: the hospital's, and with a patient also that patient's own. */
export async function listThresholds(
  ctx: Ctx,
  { patientId }: { patientId: string | null },
): Promise<ThresholdListRow[]> {
  const access = await authorize(
    ctx,
    'thresholds.read',
    patientId === null ? { type: 'hospital' } : { type: 'patient', id: patientId },
  )
  const patient = access.reach === 'self' ? access.patientId : patientId
  const rows = await ctx.sql<ThresholdListRow>({
    text: `select t.id, t.patient_id "patientId", t.parameter, t.level, t.low, t.high, t.exit_margin "exitMargin",
                  t.dwell_seconds "dwellSeconds", t.effective_from "effectiveFrom", t.effective_until "effectiveUntil",
                  t.set_by "setBy"
             from threshold t
            where (t.effective_until is null or t.effective_until > $3)
              and (t.patient_id is null or t.patient_id = $2)
              and t.hospital_id in (select coalesce($1::uuid, r.hospital_id) from (select 1) one
                                      left join registration r on $1::uuid is null and r.patient_id = $2 and r.removed_at is null)
            order by t.parameter, t.level, t.patient_id nulls first, t.effective_from`,
    values: [access.hospitalId, patient, ctx.now()],
  })
  if (patient !== null) {
    await recordRead(ctx, {
      hospitalId: access.hospitalId,
      action: 'thresholds.read',
      resource: { type: 'patient', id: patient },
      patientIds: [patient],
    })
  }
  return rows
}

export interface SetThresholdInput extends Limits {
  /** Null: the hospital's default. Changing it never touches a patient's own. */
  patientId: string | null
  /** From now unless given; never in the past, since alarms were judged by what held then. */
  effectiveFrom?: string | undefined
  effectiveUntil?: string | null | undefined
}

/**
 * Sets the limits of one vital sign and level. What held before ends where the new one begins; one that begins later and
 * would overlap is refused, never silently shortened.
 */
export async function setThreshold(ctx: Ctx, input: SetThresholdInput): Promise<{ id: string }> {
  const { patientId, parameter, level, low, high, exitMargin, dwellSeconds } = input
  const { hospitalId } = await (patientId === null
    ? authorizeStaff(ctx, 'thresholds.set-hospital', { type: 'hospital' })
    : authorizeStaff(ctx, 'thresholds.set-patient', { type: 'patient', id: patientId }))
  const problem = low === null && high === null ? 'no_bound' : thresholdProblem(input)
  if (problem !== undefined) throw refused(problem)
  const now = ctx.now()
  const from = input.effectiveFrom === undefined ? now : new Date(input.effectiveFrom)
  const until = input.effectiveUntil ? new Date(input.effectiveUntil) : null
  if (from < now) throw invalid('effectiveFrom', 'now or later')
  if (until !== null && until <= from) throw invalid('effectiveUntil', 'later than effectiveFrom')
  return transact(ctx, async (tx) => {
    if (patientId !== null) await holdFileOpen(tx.sql, { hospitalId, patientId })
    const id = ctx.newId()
    await tx.sql({
      text: `update threshold set effective_until = $5
              where hospital_id = $1 and parameter = $2 and level = $3 and patient_id is not distinct from $4
                and effective_from < $5 and (effective_until is null or effective_until > $5)`,
      values: [hospitalId, parameter, level, patientId, from],
    })
    tx.em.create(Threshold, {
      id,
      hospitalId,
      patientId,
      parameter,
      level,
      low,
      high,
      exitMargin,
      dwellSeconds,
      effectiveFrom: from,
      effectiveUntil: until,
      setBy: actorKey(ctx.actor),
      createdAt: now,
    })
    try {
      await tx.em.flush()
    } catch (error) {
      if (sqlState(error) === '23P01') {
        throw new DomainError('thresholds_overlap', 'Other limits begin within this span.', { field: 'effectiveUntil' })
      }
      throw error
    }
    tx.audit({
      hospitalId,
      action: 'thresholds.set',
      resource: { type: 'threshold', id },
      patientIds: patientId === null ? [] : [patientId],
      changed: ['low', 'high', 'exitMargin', 'dwellSeconds'],
      detail: { parameter, level },
    })
    tx.publish({ type: 'thresholds', hospitalId })
    return { id }
  })
}

/** Ends a patient's own limits: from now on the hospital's hold again. */
export async function clearPatientThreshold(
  ctx: Ctx,
  { patientId, parameter, level }: { patientId: string; parameter: Limits['parameter']; level: Limits['level'] },
): Promise<{ cleared: boolean }> {
  const { hospitalId } = await authorizeStaff(ctx, 'thresholds.set-patient', { type: 'patient', id: patientId })
  return transact(ctx, async (tx) => {
    const now = ctx.now()
    const values = [hospitalId, patientId, parameter, level, now]
    const own = 'hospital_id = $1 and patient_id = $2 and parameter = $3 and level = $4'
    const ended = await tx.sql({
      text: `update threshold set effective_until = $5
              where ${own} and effective_from < $5 and (effective_until is null or effective_until > $5) returning id`,
      values,
    })
    const planned = await tx.sql({
      text: `delete from threshold where ${own} and effective_from >= $5 returning id`,
      values,
    })
    const cleared = ended.length + planned.length > 0
    if (cleared) {
      tx.audit({
        hospitalId,
        action: 'thresholds.clear',
        resource: { type: 'patient', id: patientId },
        patientIds: [patientId],
        detail: { parameter, level },
      })
      tx.publish({ type: 'thresholds', hospitalId })
    }
    return { cleared }
  })
}

function refused(problem: ThresholdProblem | 'no_bound'): DomainError {
  switch (problem) {
    case 'no_bound':
      return invalid('low', 'a lower or an upper bound, or both')
    case 'not_a_number':
      return invalid('low', 'finite numbers')
    case 'low_not_below_high':
      return invalid('low', 'less than high')
    case 'exit_margin_out_of_range':
      return invalid('exitMargin', 'not negative and less than the distance of the bounds')
    case 'dwell_out_of_range':
      return invalid('dwellSeconds', '0 to 600')
  }
}
