import { transact } from '../database/transact.ts'
import { hasFactor } from '../identity/capacities.ts'
import { ownLogin } from '../identity/own-login.ts'
import { requireStepUp } from '../identity/step-up.ts'
import type { Ctx } from '../kernel/context.ts'
import { invalid } from '../kernel/errors.ts'
import { authorizeStaff, factorMissing } from '../policy/authorize.ts'
import { factorsOf } from './factors.ts'

/** Time for everybody to set a factor up before the hospital asks for it. */
const graceDays = 3

export interface HospitalMfa {
  /** Null: not required. */
  requiredFrom: string | null
  members: { membershipId: string; name: string; hasFactor: boolean }[]
}

/** Whether the hospital one acts in requires a second factor, and who of its people has one. */
export async function readMfaPolicy(ctx: Ctx): Promise<HospitalMfa> {
  const { hospitalId } = await authorizeStaff(ctx, 'mfa.manage', { type: 'hospital' })
  const { sql } = ctx.db
  const [policy] = await sql<{ requiredFrom: string | null }>({
    text: 'select required_from "requiredFrom" from mfa_policy where hospital_id = $1',
    values: [hospitalId],
  })
  const members = await sql<HospitalMfa['members'][number]>({
    text: `select m.id "membershipId", u.name, ${hasFactor} "hasFactor"
             from membership m join app_user u on u.id = m.user_id
            where m.hospital_id = $1 and m.ended_at is null and u.kind = 'person' order by u.name, m.id`,
    values: [hospitalId],
  })
  return { requiredFrom: policy?.requiredFrom ?? null, members }
}

/**
 * Requires a second factor of the hospital's staff from an instant on, or (null) no longer. It locks nobody out: who has
 * no factor by then still signs in, and is let do nothing but set one up.
 *
 * @throws DomainError `step_up_required`, `mfa_required` to an administrator without a factor, `invalid` for an instant
 * that leaves less than three days
 */
export async function setMfaPolicy(
  ctx: Ctx,
  { requiredFrom }: { requiredFrom: string | null },
): Promise<{ requiredFrom: string | null }> {
  const { hospitalId } = await authorizeStaff(ctx, 'mfa.manage', { type: 'hospital' })
  await requireStepUp(ctx)
  const { userId } = ownLogin(ctx)
  const from = requiredFrom === null ? null : new Date(requiredFrom)
  if (from !== null && from.getTime() < ctx.now().getTime() + graceDays * 86_400_000) {
    throw invalid('requiredFrom', `at least ${graceDays} days ahead`)
  }
  return transact(ctx, async (tx) => {
    const { hasTotp, passkeys } = await factorsOf(tx.sql, userId)
    if (from !== null && !hasTotp && passkeys === 0) throw factorMissing()
    const [policy] = await tx.sql<{ requiredFrom: string | null }>({
      text: `insert into mfa_policy (hospital_id, required_from, set_by, set_at) values ($1, $2, $3, $4)
             on conflict (hospital_id) do update set required_from = $2, set_by = $3, set_at = $4
             returning required_from "requiredFrom"`,
      values: [hospitalId, from, userId, ctx.now()],
    })
    tx.audit({
      hospitalId,
      action: from === null ? 'mfa.release' : 'mfa.require',
      resource: { type: 'hospital', id: hospitalId },
      patientIds: [],
      detail: { requiredFrom },
    })
    tx.publish({ type: 'access', hospitalId })
    return { requiredFrom: policy?.requiredFrom == null ? null : new Date(policy.requiredFrom).toISOString() }
  })
}
