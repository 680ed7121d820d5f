import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { Threshold } from './alarm.entity.ts'
import { DEFAULT_THRESHOLDS } from './thresholds.ts'

/** Gives a new hospital the default limits, as rows it can change. */
export function seedThresholds(tx: Transaction, ctx: Ctx, hospitalId: string): void {
  for (const threshold of DEFAULT_THRESHOLDS) {
    tx.em.create(Threshold, {
      ...threshold,
      id: ctx.newId(),
      hospitalId,
      patientId: null,
      effectiveFrom: ctx.now(),
      effectiveUntil: null,
      setBy: 'default',
      createdAt: ctx.now(),
    })
  }
}
