import { violatedConstraint } from '../database/sql-state.ts'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { Ward } from './hospital.entity.ts'

export interface WardRow {
  id: string
  name: string
  /** Patients who lie there now. */
  occupancy: number
  /** Whether the asker may watch it. */
  watchable: boolean
}

export async function createWard(ctx: Ctx, { name }: { name: string }): Promise<{ id: string; name: string }> {
  const { hospitalId } = await authorizeStaff(ctx, 'ward.manage', { type: 'hospital' })
  return transact(ctx, async (tx) => {
    const id = ctx.newId()
    tx.em.create(Ward, { id, hospitalId, name, createdAt: ctx.now() })
    try {
      await tx.em.flush()
    } catch (error) {
      if (violatedConstraint(error) === 'ward_name_uq') {
        throw new DomainError('conflict', 'The hospital has a ward of this name.', { field: 'name' })
      }
      throw error
    }
    tx.audit({ hospitalId, action: 'ward.create', resource: { type: 'ward', id }, patientIds: [] })
    return { id, name }
  })
}

/** The wards of the hospital one acts in, by name. */
export async function listWards(ctx: Ctx): Promise<WardRow[]> {
  const { hospitalId, membershipId } = await authorizeStaff(ctx, 'hospital.read', { type: 'hospital' })
  return ctx.sql<WardRow>({
    name: 'wards_list',
    text: `select w.id, w.name,
                  (select count(*)::int from admission a where a.ward_id = w.id and a.status = 'admitted') occupancy,
                  exists (select 1 from care_team_member c
                           where c.ward_id = w.id and c.membership_id = $2 and c.until is null) watchable
             from ward w where w.hospital_id = $1 order by w.name`,
    values: [hospitalId, membershipId],
  })
}
